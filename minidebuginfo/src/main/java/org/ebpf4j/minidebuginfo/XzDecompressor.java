package org.ebpf4j.minidebuginfo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.ebpf4j.binary.SymbolDecompressor;
import org.tukaani.xz.XZInputStream;

/// Unpacks symbols with the library XZ for Java.
public final class XzDecompressor implements SymbolDecompressor {
  /// The most memory that is taken for unpacking: `xz -9` wants 65 MB.
  private static final int MOST_KILOBYTES = 128 << 10;

  /// Made by the service loader.
  public XzDecompressor() {}

  @Override
  public byte[] unpack(byte[] packed, int limit) throws IOException {
    try (var stream = new XZInputStream(new ByteArrayInputStream(packed), MOST_KILOBYTES)) {
      var bytes = stream.readNBytes(limit);
      if (stream.read() >= 0) {
        throw new IOException("more than " + limit + " bytes would come of it");
      }
      return bytes;
    }
  }
}
