package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.ebpf4j.btf.Btf;

/// The first bits of addresses: a network, as keys of LPM tries are. Bits behind the first `length`
/// mean nothing to the kernel; here they are 0.
///
/// @param address the address, of which only the first bits count
/// @param length how many
public record IpPrefix(InetAddress address, int length) {
  private static final int FAMILY_4 = 4;
  private static final int FAMILY_6 = 16;

  /// @throws IllegalArgumentException for more bits than the address has
  public IpPrefix {
    var bytes = address.getAddress();
    if (length < 0 || length > 8 * bytes.length) {
      throw new IllegalArgumentException(
          "a prefix of " + length + " bits of " + address.getHostAddress());
    }
    for (int bit = length; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    address = address(bytes);
  }

  /// Reads `192.0.2.0/24` or `2001:db8::/32`; without a length, all bits count.
  ///
  /// @throws IllegalArgumentException for anything else
  public static IpPrefix parse(String text) {
    var slash = text.indexOf('/');
    var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    return new IpPrefix(
        address,
        slash < 0 ? 8 * address.getAddress().length : Integer.parseInt(text.substring(slash + 1)));
  }

  /// How prefixes of IPv4 addresses stand in an LPM trie: a length of 4 bytes, the address.
  public static Codec<IpPrefix> codec4() {
    return codec(FAMILY_4);
  }

  /// How prefixes of IPv6 addresses stand in an LPM trie: a length of 4 bytes, the address.
  public static Codec<IpPrefix> codec6() {
    return codec(FAMILY_6);
  }

  /// How prefixes stand in keys of so many bytes: 8 for IPv4, 20 for IPv6.
  ///
  /// @throws IllegalArgumentException for another size
  public static Codec<IpPrefix> codecOfSize(int size) {
    return codec(PrefixShape.addressSize(size));
  }

  /// How prefixes stand in keys of a type in C: a struct of a length in 4 bytes and an address
  /// (`__u32`, `__u8[4]`, `__u8[16]`, `struct in6_addr`, a union of these), also with structs
  /// around either; or of a length and data of any size, as `struct bpf_lpm_trie_key_u8`.
  ///
  /// @param size the bytes of a key, of which `struct bpf_lpm_trie_key_u8` says nothing
  /// @throws org.ebpf4j.error.LayoutMismatchException where the type is none of these
  /// @throws IllegalArgumentException for a size other than 8 and 20
  public static Codec<IpPrefix> codec(Btf types, int type, int size) {
    var codec = codecOfSize(size);
    PrefixShape.check(types, type, size);
    return codec;
  }

  private static Codec<IpPrefix> codec(int bytes) {
    return new Codec<>() {
      @Override
      public int size() {
        return Integer.BYTES + bytes;
      }

      @Override
      public IpPrefix read(MemorySegment memory, long offset) {
        var address = new byte[bytes];
        MemorySegment.copy(
            memory, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, address, 0, bytes);
        return new IpPrefix(address(address), memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset));
      }

      @Override
      public void write(MemorySegment memory, long offset, IpPrefix value) {
        var address = value.address().getAddress();
        if (address.length != bytes) {
          throw new IllegalArgumentException(
              value + " is no prefix of addresses of " + bytes + " bytes");
        }
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value.length());
        MemorySegment.copy(
            address, 0, memory, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, bytes);
      }
    };
  }

  /// An address of 16 bytes stays one of IPv6, whatever it is.
  private static InetAddress address(byte[] bytes) {
    try {
      return bytes.length == FAMILY_6
          ? Inet6Address.getByAddress(null, bytes, -1)
          : Inet4Address.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("of 4 or 16 bytes", e);
    }
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
