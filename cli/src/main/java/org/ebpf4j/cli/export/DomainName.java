package org.ebpf4j.cli.export;

/// Names of the DNS as messages carry them (RFC 1035, 3.1): labels, each after a byte that is its
/// length.
final class DomainName {
  private DomainName() {}

  /// The name with dots between its labels; `.` for the root. Bytes that are no such name, or a
  /// compressed one, stay as they are.
  static byte[] dotted(byte[] bytes) {
    var end = 0;
    var out = new byte[bytes.length];
    for (int at = 0; at < bytes.length && bytes[at] != 0; ) {
      var length = bytes[at] & 0xff;
      if (length > bytes.length - at - 1) {
        return bytes;
      }
      if (end > 0) {
        out[end++] = '.';
      }
      System.arraycopy(bytes, at + 1, out, end, length);
      end += length;
      at += length + 1;
    }
    return end == 0 ? new byte[] {'.'} : java.util.Arrays.copyOf(out, end);
  }
}
