"""One's own sessions (我的登录): where one is signed in, and ending what one does not know or need any more."""
