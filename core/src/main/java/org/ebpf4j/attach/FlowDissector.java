package org.ebpf4j.attach;

/// The dissection of packets into their flow keys, in a network namespace. There is one program for
/// it; one that the initial network namespace has holds for all, and no other can have one then.
///
/// The program is on a link (since 5.7). Before, it stays when the process is killed, until
/// somebody takes it off, and its network namespace lives as long as it is attached here.
///
/// @param netns the network namespace
public record FlowDissector(Netns netns) implements AttachPoint {
  /// In the network namespace of the calling thread.
  public FlowDissector() {
    this(Netns.CURRENT);
  }

  /// Reads a network namespace: a path, the number of a process, a name of `ip netns`, or
  /// `current`.
  ///
  /// @throws IllegalArgumentException for another form
  public static FlowDissector parse(String text) {
    return new FlowDissector(Netns.parse(text));
  }

  @Override
  public String kind() {
    return "flow_dissector";
  }

  @Override
  public String place() {
    return netns.toString();
  }

  @Override
  public String describe() {
    return "flow_dissector of "
        + (netns.isCurrent() ? "this network namespace" : "network namespace " + netns);
  }
}
