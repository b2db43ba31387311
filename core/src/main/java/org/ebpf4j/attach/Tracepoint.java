package org.ebpf4j.attach;

/// A tracepoint of the kernel, by its place in tracefs: `events/<category>/<name>`.
///
/// @param category the group, such as `syscalls`
/// @param name the event, such as `sys_enter_execve`
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
public record Tracepoint(String category, String name, long cookie) implements AttachPoint {

  /// @throws IllegalArgumentException for an empty part, or one that would leave its directory
  public Tracepoint {
    checkPart(category);
    checkPart(name);
  }

  /// A tracepoint without a cookie.
  public Tracepoint(String category, String name) {
    this(category, name, 0);
  }

  /// The same tracepoint, with a cookie.
  public Tracepoint withCookie(long number) {
    return new Tracepoint(category, name, number);
  }

  private static void checkPart(String part) {
    if (part.isEmpty() || part.contains("/") || part.equals(".") || part.equals("..")) {
      throw new IllegalArgumentException(
          "a tracepoint is named CATEGORY/NAME, as in syscalls/sys_enter_execve; not '"
              + part
              + "'");
    }
  }

  /// Reads `category/name`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Tracepoint parse(String text) {
    var slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a tracepoint is named CATEGORY/NAME, as in syscalls/sys_enter_execve; not '"
              + text
              + "'");
    }
    return new Tracepoint(text.substring(0, slash), text.substring(slash + 1));
  }

  /// The same, with the option `cookie`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Tracepoint parse(String text, PlaceOptions options) {
    return parse(text).withCookie(options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "tracepoint";
  }

  @Override
  public String place() {
    return category + "/" + name + PlaceText.value("cookie", cookie);
  }
}
