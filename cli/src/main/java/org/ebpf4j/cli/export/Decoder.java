package org.ebpf4j.cli.export;

import java.util.Locale;

/// What makes text of the bytes of a key, or other text of text.
enum Decoder {
  /// An unsigned number.
  UINT(true),
  /// A signed number.
  INT(true),
  /// Text up to its first zero byte.
  STRING(true),
  /// Hexadecimal digits, two for each byte.
  HEX(true),
  /// An address of the internet, of 4 or 16 bytes.
  INET_IP(true),
  /// The name of the kernel's function at an address.
  KSYM(true),
  /// The name of the network device that has an index.
  IFNAME(true),
  /// Text by a table.
  STATIC_MAP(false),
  /// Text that fits a pattern; entries whose text does not, are left out.
  REGEXP(false);

  private final boolean readsBytes;

  Decoder(boolean readsBytes) {
    this.readsBytes = readsBytes;
  }

  /// Whether it reads bytes, not text.
  boolean readsBytes() {
    return readsBytes;
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
      case IFNAME -> size == 4;
      case STRING, HEX, STATIC_MAP, REGEXP -> true;
    };
  }
}
