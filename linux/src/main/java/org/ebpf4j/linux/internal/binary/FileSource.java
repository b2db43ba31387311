package org.ebpf4j.linux.internal.binary;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ebpf4j.binary.ByteSource;
import org.ebpf4j.error.FileError;

/// The bytes of a file, which is opened for each piece that is read: nothing stays open.
record FileSource(Path path, long size) implements ByteSource {
  /// @throws org.ebpf4j.error.BpfException where the file cannot be read
  static FileSource of(Path path) {
    try {
      return new FileSource(path, Files.size(path));
    } catch (IOException e) {
      throw FileError.of(path.toString(), "read", e);
    }
  }

  @Override
  public byte[] read(long offset, int length) {
    var bytes = new byte[length];
    var buffer = ByteBuffer.wrap(bytes);
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException("it has become shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw FileError.of(path.toString(), "read", e);
    }
    return bytes;
  }
}
