package org.ebpf4j.attach;

/// A network namespace: where a device, a route or a hook of the network is. Names and indexes of
/// devices mean something in one only.
///
/// @param path the file that stands for it, such as `/proc/123/ns/net` or `/run/netns/blue`; empty
///   for the one that the calling thread is in
public record Netns(String path) {
  /// The one that the calling thread is in, when the program is attached.
  public static final Netns CURRENT = new Netns("");

  /// What text calls [#CURRENT].
  static final String CURRENT_WORD = "current";

  /// @throws IllegalArgumentException for a path with a comma, which would not be read back, or one
  ///   that is no path
  public Netns {
    if (path.contains(",") || (!path.isEmpty() && !path.contains("/"))) {
      throw new IllegalArgumentException(
          "a network namespace is the path of a file such as /run/netns/blue, without a comma; not"
              + " '"
              + path
              + "'");
    }
  }

  /// That of a process.
  ///
  /// @throws IllegalArgumentException for a number that is no process
  public static Netns ofProcess(long pid) {
    if (pid <= 0) {
      throw new IllegalArgumentException("a process has a number of at least 1; not " + pid);
    }
    return new Netns("/proc/" + pid + "/ns/net");
  }

  /// One with a name, as `ip netns` gives it.
  ///
  /// @throws IllegalArgumentException for what is no name
  public static Netns named(String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
      throw new IllegalArgumentException("'" + name + "' is no name of a network namespace");
    }
    return new Netns("/run/netns/" + name);
  }

  /// Reads a path, the number of a process, a name of `ip netns`, or `current`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Netns parse(String text) {
    if (text.equals(CURRENT_WORD)) {
      return CURRENT;
    }
    if (text.matches("[0-9]{1,18}")) {
      return ofProcess(Long.parseLong(text));
    }
    return text.contains("/") ? new Netns(text) : named(text);
  }

  /// The option that says so, where one is wanted.
  static HookOption option() {
    return HookOption.value(
        "netns",
        "NETNS",
        "the network namespace: a path, the number of a process, or a name of ip netns");
  }

  /// What the option says, or the current one.
  static Netns of(PlaceOptions options) {
    return options.text("netns").map(Netns::parse).orElse(CURRENT);
  }

  /// The option as text, or nothing for the current one.
  String optionText() {
    return isCurrent() ? "" : ",netns=" + path;
  }

  /// Whether it is that of the calling thread.
  public boolean isCurrent() {
    return path.isEmpty();
  }

  /// For people: ` in network namespace /run/netns/blue`, or nothing for the current one.
  String inWords() {
    return isCurrent() ? "" : " in network namespace " + path;
  }

  /// The path, or `current`.
  @Override
  public String toString() {
    return isCurrent() ? CURRENT_WORD : path;
  }
}
