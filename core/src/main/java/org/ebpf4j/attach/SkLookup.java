package org.ebpf4j.attach;

/// The lookup of the socket that a new connection or a datagram is for, in a network namespace.
///
/// @param netns the network namespace
public record SkLookup(Netns netns) implements AttachPoint {
  /// In the network namespace of the calling thread.
  public SkLookup() {
    this(Netns.CURRENT);
  }

  /// Reads a network namespace: a path, the number of a process, a name of `ip netns`, or
  /// `current`.
  ///
  /// @throws IllegalArgumentException for another form
  public static SkLookup parse(String text) {
    return new SkLookup(Netns.parse(text));
  }

  @Override
  public String kind() {
    return "sk_lookup";
  }

  @Override
  public String place() {
    return netns.toString();
  }

  @Override
  public String describe() {
    return "sk_lookup of "
        + (netns.isCurrent() ? "this network namespace" : "network namespace " + netns);
  }
}
