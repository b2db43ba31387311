package org.ebpf4j.junit.packet;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.ebpf4j.object.Bytes;

/// What the fields of headers may be.
final class Fields {
  private Fields() {}

  static void check(String name, long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(name + " " + value + " is not within 0 and " + most);
    }
  }

  static void checkOrAuto(String name, long value, long most) {
    if (value != Layer.AUTO) {
      check(name, value, most);
    }
  }

  static void checkOptions(Bytes options) {
    if (options.size() % 4 != 0 || options.size() > 40) {
      throw new IllegalArgumentException(
          "options of " + options.size() + " bytes, where a multiple of 4 up to 40 is expected");
    }
  }

  static Bytes options(byte[] bytes) {
    return Bytes.of(Arrays.copyOf(bytes, (bytes.length + 3) & ~3));
  }

  static Inet4Address ipv4(String text) {
    if (InetAddress.ofLiteral(text) instanceof Inet4Address address) {
      return address;
    }
    throw new IllegalArgumentException("'" + text + "' is no address of IPv4");
  }

  static Inet6Address ipv6(String text) {
    if (InetAddress.ofLiteral(text) instanceof Inet6Address address) {
      return address;
    }
    throw new IllegalArgumentException("'" + text + "' is no address of IPv6");
  }
}
