package org.ebpf4j.linux;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;

/// What the program of an iterator writes, from its first object on.
final class IteratorStream extends InputStream {
  private final String what;
  private final Fd fd;

  IteratorStream(String what, Fd fd) {
    this.what = what;
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /// Reads what there is, at most `length` bytes.
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    var buffer = new byte[length];
    while (true) {
      var count = readOnce(buffer);
      if (count > 0) {
        System.arraycopy(buffer, 0, target, offset, count);
        return count;
      }
      if (count == 0) {
        return -1;
      }
      // The kernel goes over a million objects that write nothing, and then has the reader ask
      // again.
      if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
        throw new IOException(reason(-count));
      }
    }
  }

  private int readOnce(byte[] buffer) throws IOException {
    int number;
    try {
      number = fd.hold();
    } catch (IllegalStateException e) {
      throw new IOException(what + ": the stream is closed", e);
    }
    try {
      return FileIo.read(number, buffer);
    } finally {
      fd.release();
    }
  }

  private String reason(int errno) {
    return what
        + ": read: "
        + Errno.describe(errno)
        + (errno == Errno.E2BIG
            ? ": what the program writes for one object is longer than the kernel's buffer, which"
                + " has 8 pages"
            : "");
  }

  @Override
  public void close() {
    fd.close();
  }
}
