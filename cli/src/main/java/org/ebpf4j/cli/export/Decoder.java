package org.ebpf4j.cli.export;

import java.util.Arrays;
import java.util.Locale;

/// What makes text of the bytes of a key or event, or other text of text. The names and meanings
/// are those of ebpf_exporter; [#INT] is ours.
enum Decoder {
  /// An unsigned number.
  UINT(Takes.BYTES),
  /// A signed number.
  INT(Takes.BYTES),
  /// Text up to its first zero byte.
  STRING(Takes.BYTES),
  /// Hexadecimal digits, two for each byte.
  HEX(Takes.BYTES),
  /// An address of the internet, of 4 or 16 bytes.
  INET_IP(Takes.BYTES),
  /// The name of the kernel's function at an address.
  KSYM(Takes.BYTES),
  /// The names of the kernel's functions at addresses up to the first that is zero, a line each.
  KSTACK(Takes.BYTES),
  /// The name of the network device that has an index.
  IFNAME(Takes.BYTES),
  /// The name of the block device that has a number.
  MAJORMINOR(Takes.BYTES),
  /// A name of the DNS as messages carry it, with dots.
  DNAME(Takes.EITHER),
  /// The path of the cgroup that has an id.
  CGROUP(Takes.NUMBER),
  /// The name of an error number.
  ERRNO(Takes.NUMBER),
  /// The name of the system call that has a number.
  SYSCALL(Takes.NUMBER),
  /// The name of the PCI vendor that has a number.
  PCI_VENDOR(Takes.NUMBER),
  /// The name of the PCI device that has a number, its vendor's in the upper 16 bits.
  PCI_DEVICE(Takes.NUMBER),
  /// The name of the PCI class that has a number.
  PCI_CLASS(Takes.NUMBER),
  /// The name of the PCI subclass that has a number, its class's in the upper 8 bits.
  PCI_SUBCLASS(Takes.NUMBER),
  /// Text by a table.
  STATIC_MAP(Takes.TEXT),
  /// The part of the text that fits a pattern; entries whose text does not, are left out.
  REGEXP(Takes.TEXT);

  /// What a decoder takes.
  enum Takes {
    BYTES,
    /// Text that is a decimal number.
    NUMBER,
    TEXT,
    /// Bytes, or what the decoder before it made of them.
    EITHER
  }

  private final Takes takes;

  Decoder(Takes takes) {
    this.takes = takes;
  }

  Takes takes() {
    return takes;
  }

  /// Its name in files.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether it can make something of so many bytes.
  boolean fits(int size) {
    return switch (this) {
      case UINT, INT -> size == 1 || size == 2 || size == 4 || size == 8;
      case INET_IP -> size == 4 || size == 16;
      case KSYM -> size == 8;
      case KSTACK -> size % 8 == 0;
      case IFNAME, MAJORMINOR -> size == 4;
      default -> true;
    };
  }

  /// The sizes that it takes, in words.
  String sizes() {
    return switch (this) {
      case UINT, INT -> "1, 2, 4 or 8";
      case INET_IP -> "4 or 16";
      case KSYM -> "8";
      case KSTACK -> "a multiple of 8";
      case IFNAME, MAJORMINOR -> "4";
      default -> "any number of";
    };
  }

  static String labels() {
    return String.join(", ", Arrays.stream(values()).map(Decoder::label).toList());
  }
}
