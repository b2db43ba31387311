package org.ebpf4j.junit.packet;

import java.nio.charset.StandardCharsets;
import org.ebpf4j.object.Bytes;

/// What is behind the headers.
///
/// @param content the bytes
public record Payload(Bytes content) implements Layer {
  /// These bytes.
  public static Payload of(byte... content) {
    return new Payload(Bytes.of(content));
  }

  /// A text in UTF-8.
  public static Payload of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// As many bytes, which count up from 0.
  public static Payload ofSize(int size) {
    var bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) i;
    }
    return of(bytes);
  }

  @Override
  public int size() {
    return content.size();
  }
}
