package org.ebpf4j.linux.internal.query;

import org.ebpf4j.linux.inspect.LinkType;

/// What the kernel says of any link.
///
/// @param id its id
/// @param type the number of its type
/// @param programId the program it holds
public record LinkHeader(int id, int type, int programId) {
  /// The name of the type, or `type N`.
  public String typeLabel() {
    return LinkType.label(type);
  }
}
