package org.ebpf4j.attach;

/// A tracepoint of the kernel, by its place in tracefs: `events/<category>/<name>`.
///
/// @param category the group, such as `syscalls`
/// @param name the event, such as `sys_enter_execve`
public record Tracepoint(String category, String name) implements AttachPoint {

  /// @throws IllegalArgumentException for an empty part, or one that would leave its directory
  public Tracepoint {
    checkPart(category);
    checkPart(name);
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

  @Override
  public String kind() {
    return "tracepoint";
  }

  @Override
  public String place() {
    return category + "/" + name;
  }
}
