package org.ebpf4j.vm.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.ebpf4j.error.BpfException;

/// The bytes of a capture, in order, with where they are. No more are asked for than there are.
final class CaptureInput implements AutoCloseable {
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final String name;
  private final InputStream stream;
  private long offset;

  CaptureInput(String name, InputStream stream) {
    this.name = name;
    this.stream = stream;
  }

  long offset() {
    return offset;
  }

  /// As many bytes as there are, up to `to.length`.
  int some(byte[] to) {
    try {
      var count = stream.readNBytes(to, 0, to.length);
      offset += count;
      return count;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /// That many bytes.
  ///
  /// @throws MalformedCaptureException where the file ends before
  void all(byte[] to, String what) {
    var at = offset;
    if (some(to) < to.length) {
      throw malformed(at, "the file ends in the middle of " + what);
    }
  }

  byte[] bytes(int count, String what) {
    var bytes = new byte[count];
    all(bytes, what);
    return bytes;
  }

  void skip(long count, String what) {
    var at = offset;
    try {
      stream.skipNBytes(count);
      offset += count;
    } catch (EOFException _) {
      throw malformed(at, "the file ends in the middle of " + what);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private BpfException unreadable(IOException e) {
    return new BpfException(name + " cannot be read: " + e.getMessage(), e);
  }

  MalformedCaptureException malformed(long at, String problem) {
    return new MalformedCaptureException(
        name, at, problem, "capinfos " + name + ", which says what of it can be read");
  }

  static int u32(byte[] bytes, int at, boolean little) {
    return (int) (little ? LITTLE : BIG).get(bytes, at);
  }

  static int u16(byte[] bytes, int at, boolean little) {
    var first = bytes[at] & 0xff;
    var second = bytes[at + 1] & 0xff;
    return little ? first | second << 8 : first << 8 | second;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
