package org.ebpf4j.junit.packet;

import org.ebpf4j.object.Bytes;

/// Bytes behind the end of what IP says that there is, as Ethernet adds them to short frames.
///
/// @param content the bytes
public record Padding(Bytes content) implements Layer {
  /// Zeroes.
  public static Padding zeroes(int size) {
    return new Padding(Bytes.zeroes(size));
  }

  @Override
  public int size() {
    return content.size();
  }
}
