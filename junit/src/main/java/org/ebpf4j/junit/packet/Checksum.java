package org.ebpf4j.junit.packet;

import java.net.InetAddress;

/// The checksum of the Internet (RFC 1071): the complement of the sum of all 16-bit numbers, where
/// what is carried out is added again.
final class Checksum {
  private long sum;

  Checksum add(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      sum += (long) (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    return this;
  }

  Checksum add(int number) {
    sum += number >>> 16;
    sum += number & 0xffff;
    return this;
  }

  /// Adds the part of an IP header that TCP and its like count (the pseudo header).
  Checksum addHeader(InetAddress source, InetAddress destination, int protocol, int length) {
    return add(source.getAddress()).add(destination.getAddress()).add(protocol).add(length);
  }

  int value() {
    var folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) (~folded & 0xffff);
  }
}
