package org.ebpf4j.linux.internal.netlink;

import java.util.List;

/// What came of a request.
///
/// @param errno 0, or the error number
/// @param text what the kernel says of it in words; often empty
/// @param messages what it answered, before the end or the refusal
public record NetlinkReply(int errno, String text, List<NetlinkMessage> messages) {
  public NetlinkReply {
    messages = List.copyOf(messages);
  }

  /// Whether the kernel did it.
  public boolean ok() {
    return errno == 0;
  }
}
