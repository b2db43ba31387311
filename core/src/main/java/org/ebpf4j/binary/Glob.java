package org.ebpf4j.binary;

/// A pattern of names: `*` is any text, `?` one character. It never changes, and any thread may use
/// it.
public final class Glob {
  private final String pattern;

  /// A pattern; every text is one.
  public Glob(String pattern) {
    this.pattern = pattern;
  }

  /// Whether it fits all of a name. The time it takes is bounded by the product of both lengths.
  public boolean matches(CharSequence name) {
    var at = 0;
    var in = 0;
    // Where the last star was, and up to where it has been tried.
    var star = -1;
    var tried = 0;
    while (in < name.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        tried = in;
      } else if (at < pattern.length()
          && (pattern.charAt(at) == '?' || pattern.charAt(at) == name.charAt(in))) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++tried;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
