package org.ebpf4j.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.ebpf4j.error.MalformedObjectException;

/// Reads files as a whole. What has no size of its own, such as a pipe, a device or a file of
/// `/proc`, may go on for ever (`/dev/zero`), and is read up to a limit.
public final class WholeFile {
  /// How much is read of what has no size.
  static final int MOST = 64 << 20;

  private WholeFile() {}

  /// The bytes of a file.
  ///
  /// @throws MalformedObjectException where it goes on behind 64 MB and has no size, or is larger
  ///   than an array
  public static byte[] read(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    var size = attributes.isRegularFile() ? attributes.size() : 0;
    if (size > Integer.MAX_VALUE - 8) {
      throw tooLong(file.toString(), size, "the file has " + size + " bytes");
    }
    if (size > 0) {
      return Files.readAllBytes(file);
    }
    try (var stream = Files.newInputStream(file)) {
      return read(file.toString(), stream);
    }
  }

  /// The bytes of a stream, which stays open.
  ///
  /// @param name stands for it in messages
  /// @throws MalformedObjectException where it has more than 64 MB
  public static byte[] read(String name, InputStream stream) throws IOException {
    var bytes = stream.readNBytes(MOST + 1);
    if (bytes.length > MOST) {
      throw tooLong(
          name,
          MOST,
          "it goes on, and is no regular file, of which alone more than "
              + (MOST >> 20)
              + " MB are read");
    }
    return bytes;
  }

  /// The text of a file in UTF-8.
  ///
  /// @throws java.nio.charset.CharacterCodingException where it is none
  public static String text(Path file) throws IOException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
  }

  private static MalformedObjectException tooLong(String file, long offset, String problem) {
    return new MalformedObjectException(
        file, "", offset, problem, "name the right file: such files have a few MB at most");
  }
}
