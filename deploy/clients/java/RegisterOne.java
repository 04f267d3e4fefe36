import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * 登记一家单位 · Registers one organisation: java RegisterOne.java
 *
 * REGISTRY, CLIENT_ID and CLIENT_SECRET come from the environment. Prints the status and the body of the answer; run
 * twice, it registers once, because the key is the same. Chinese is escaped, for whatever encoding javac expects.
 */
public class RegisterOne {
    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final String REGISTRY = System.getenv("REGISTRY");

    public static void main(String[] args) throws Exception {
        var body = """
            {"programme": "skill-training-bases", "submit": true, "reporting_unit": "donghu", "fact_date": "2018-11-20",
             "subject": {"kind": "organisation", "name": "\u6d4b\u8bd5\u5355\u4f4d", "uscc": "91360100MA00000902"}}""";
        var request = HttpRequest.newBuilder(URI.create(REGISTRY + "/v1/registrations"))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "\"our-number-3\"")
            .POST(BodyPublishers.ofString(body))
            .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }

    /** A token, by the client credentials of RFC 6749. */
    static String token() throws Exception {
        var credentials = encoded("CLIENT_ID") + ":" + encoded("CLIENT_SECRET");
        var basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(REGISTRY + "/oauth/token"))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials"))
            .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        var found = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"").matcher(answer.body());
        if (!found.find()) {
            throw new IllegalStateException("HTTP " + answer.statusCode() + ": " + answer.body());
        }
        return found.group(1);
    }

    static String encoded(String name) {
        return URLEncoder.encode(System.getenv(name), StandardCharsets.UTF_8);
    }
}
