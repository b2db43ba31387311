package org.ebpf4j.attach;

/// A map of sockets (`sockmap` or `sockhash`): the program runs for the data of the sockets that
/// are put into it.
///
/// @param mapFd a descriptor of the map, in this process; it stays the caller's
/// @param type which of the map's hooks: stream parser, stream verdict, verdict or message verdict
public record Sockmap(int mapFd, AttachType type) implements AttachPoint {
  @Override
  public String describe() {
    return type.label() + " of sockmap fd " + mapFd;
  }
}
