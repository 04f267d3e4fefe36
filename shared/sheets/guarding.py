"""What a file is by its bytes, and whether it may be read at all: before any parser sees it.

Refused here: pictures and other files that are no sheets, archives that unpack to more than they may, entities
(XML bombs), programs in workbooks (宏), open passwords. A name is never looked at (扩展名不作数).
"""

import re
import zipfile
from io import BytesIO

from shared.sheets.books import BookKind, FileUnreadable, ReadingLimits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"\xff\xd8\xff": ("一张 JPEG 图片", "a JPEG picture"),
    b"\x89PNG": ("一张 PNG 图片", "a PNG picture"),
    b"GIF8": ("一张 GIF 图片", "a GIF picture"),
    b"%PDF": ("一个 PDF 文件", "a PDF file"),
    b"Rar!": ("一个 RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf": ("一个 7z 压缩包", "a 7z archive"),
    b"\x1f\x8b": ("一个 gzip 压缩包", "a gzip archive"),
}
_MARKUP = re.compile(rb"<(!doctype|html|table|head|meta|\?xml|workbook)", re.IGNORECASE)
# FilePass ([MS-XLS] 2.4.117) right after the beginning of the stream, where a workbook may be write-protected too
_ENCRYPTED = re.compile(rb"\x09\x08(?:\x10\x00.{16}|\x08\x00.{8})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)")


def kind_of(content: bytes, limits: ReadingLimits) -> BookKind:
    """What a file is; raises FileUnreadable for what cannot be a list, in words that say what to do."""
    if not content.strip(b"\0 \r\n\t"):
        raise FileUnreadable("file_empty", "文件是空的，请重新选择文件。", "The file is empty; choose it again.")
    if len(content) > limits.content_bytes:
        raise too_large(limits.content_bytes >> 20)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(content, limits)
    if content.startswith(OLE):
        return _compound(content)
    for start, (zh, en) in _OTHERS.items():
        if content.startswith(start):
            raise _no_sheet(zh, en)
    return _text(content)


def too_large(megabytes: int) -> FileUnreadable:
    """A file, or what it unpacks to, beyond what is read at once."""
    return FileUnreadable(
        "file_too_large",
        f"文件（或其解压后的内容）超过{megabytes}兆字节。请删去多余的工作表和空行，或分成几个文件，或另存为 CSV。",
        f"The file, or what it unpacks to, is larger than {megabytes} MB. Delete sheets and blank rows that nobody "
        "needs, split it, or save it as CSV.",
    )


def damaged() -> FileUnreadable:
    """A file that breaks off or contradicts itself (文件损坏)."""
    return FileUnreadable(
        "file_damaged",
        "文件损坏或不完整，无法读取。请在 Excel 或 WPS 中打开原文件，另存一份后再上传。",
        "The file is damaged or cut short and cannot be read. Open the original in a spreadsheet program, save it anew "
        "and upload that.",
    )


def _no_sheet(zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        "not_a_sheet",
        f"这其实是{zh}，不是表格。请上传 Excel 工作簿（.xlsx、.xls）、ODS 或 CSV 文件。",
        f"This is in truth {en}, not a sheet. Upload a workbook (.xlsx, .xls, .ods) or a CSV file.",
    )


def _text(content: bytes) -> BookKind:
    """HTML and XML that call themselves .xls are refused; NUL bytes are in no text but UTF-16."""
    beginning = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if _MARKUP.match(beginning):
        raise FileUnreadable(
            "markup",
            "文件名像 Excel，内容其实是网页（HTML）或 XML。请在 Excel 或 WPS 中打开，把证件号码列设为“文本”并核对，"
            "再另存为 .xlsx 工作簿。",
            "The file is named like a workbook, but is a web page (HTML) or XML. Open it in a spreadsheet program, "
            "format the columns of numbers as text, compare them, and save it as an .xlsx workbook.",
        )
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:1] == b"\0" or content[1:2] == b"\0"
    if b"\0" in content and not wide:
        raise _no_sheet("一个二进制文件", "a binary file")
    return "csv"


def _compound(content: bytes) -> BookKind:
    """An OLE container: an XLS, or a workbook that was encrypted into one."""
    if _wide("EncryptedPackage") in content or _ENCRYPTED.search(content):
        raise locked()
    if _wide("_VBA_PROJECT_CUR") in content:
        raise _with_programs()
    if _wide("Workbook") in content or _wide("Book") in content:
        return "xls"
    raise _no_sheet("一个 Word 或其他 Office 文件", "a Word or another Office file")


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def locked() -> FileUnreadable:
    """A workbook that is encrypted: by an open password, or by a restriction of editing in an XLS."""
    return FileUnreadable(
        "file_locked",
        "文件有打开密码（或设了“限制编辑”而被加密），无法读取。请另存为没有密码的文件后再上传。",
        "The file is encrypted, by a password to open it or by a restriction of editing. Save it without a password "
        "and upload that.",
    )


def _with_programs() -> FileUnreadable:
    return FileUnreadable(
        "file_has_macros",
        "文件含有宏（程序），不予读取。请另存为不含宏的 .xlsx 工作簿。",
        "The file holds macros and is not read. Save it as an .xlsx workbook without macros.",
    )


def _archive(content: bytes, limits: ReadingLimits) -> BookKind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _unpacked(archive, limits)
    except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError) as error:
        raise damaged() from error


def _unpacked(archive: zipfile.ZipFile, limits: ReadingLimits) -> BookKind:
    """Reads every part once: sizes are what they unpack to, whatever the archive says of itself."""
    names = {each.filename.replace("\\", "/") for each in archive.infolist()}
    if any(each.flag_bits & 1 for each in archive.infolist()):
        raise locked()
    if sum(each.file_size for each in archive.infolist()) > limits.unpacked_bytes or len(names) > 5_000:
        raise too_large(limits.unpacked_bytes >> 20)
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "xl/macrosheets/")) for name in names):
        raise _with_programs()
    kind = _kind_in(archive, names)
    for each in archive.infolist():
        if each.filename.lower().endswith((".xml", ".rels")):
            part = archive.read(each)  # its size and checksum are compared with what was declared
            if _DECLARED.search(part) or part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:2]:  # UTF-16
                raise _entities()
    return kind


def _kind_in(archive: zipfile.ZipFile, names: set[str]) -> BookKind:
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
        return "ods"
    if any(name.endswith("workbook.bin") for name in names):
        raise FileUnreadable(
            "binary_workbook",
            "这是二进制工作簿（.xlsb）。请另存为 .xlsx 工作簿。",
            "This is a binary workbook (.xlsb). Save it as an .xlsx workbook.",
        )
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    raise _no_sheet("一个压缩包或其他文件", "an archive or another file")


def _entities() -> FileUnreadable:
    return FileUnreadable(
        "entities",
        "文件里有实体声明，可能使读取者内存耗尽，不予读取。请在 Excel 或 WPS 中另存一份后再上传。",
        "The file declares entities, which can exhaust whoever reads it, and is not read. Save it anew in a "
        "spreadsheet program and upload that.",
    )
