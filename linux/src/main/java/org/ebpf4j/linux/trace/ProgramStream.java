package org.ebpf4j.linux.trace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;

/// What a program has written to one of its two streams: itself, with `bpf_stream_printk`, or the
/// kernel on the second one, when it broke the program off or found it at fault. The kernel keeps
/// up to 100,000 bytes of each; what a program writes beyond is lost to it (`ENOSPC`).
///
/// Reading takes what is there, away from other readers, and never waits: the kernel wakes nobody.
/// One thread reads at a time. It lasts as long as its program.
public final class ProgramStream {
  private static final String COMMAND = "PROG_STREAM_READ_BY_FD";
  private static final int CHUNK = 16 * 1024;

  /// Which of the two (`enum bpf_stream_id`).
  public enum Id {
    STDOUT(1),
    STDERR(2);

    private final int number;

    Id(int number) {
      this.number = number;
    }

    /// The number that the kernel and programs know it by.
    public int number() {
      return number;
    }
  }

  private final String program;
  private final ToIntFunction<IntUnaryOperator> descriptor;
  private final Id id;

  /// The beginning of a line whose end was not written yet.
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  private ProgramStream(String program, ToIntFunction<IntUnaryOperator> descriptor, Id id) {
    this.program = program;
    this.descriptor = descriptor;
    this.id = id;
  }

  /// A stream of a program.
  ///
  /// @param program its name, for messages
  /// @param descriptor does something with its descriptor, and throws where it is closed
  public static ProgramStream of(
      String program, ToIntFunction<IntUnaryOperator> descriptor, Id id) {
    return new ProgramStream(program, descriptor, id);
  }

  /// Which of the two it is.
  public Id id() {
    return id;
  }

  /// What was written since the last reading.
  ///
  /// @throws UnsupportedFeatureException before 6.17
  /// @throws IllegalStateException where the program is closed
  public synchronized byte[] readBytes() {
    partial.writeBytes(take());
    var all = partial.toByteArray();
    partial.reset();
    return all;
  }

  private byte[] take() {
    var all = new ByteArrayOutputStream();
    var buffer = new byte[CHUNK];
    int count;
    do {
      count = descriptor.applyAsInt(fd -> Bpf.streamRead(fd, id.number, buffer));
      if (count < 0) {
        throw refusal(-count);
      }
      all.write(buffer, 0, count);
    } while (count == buffer.length);
    return all.toByteArray();
  }

  private RuntimeException refusal(int errno) {
    var what = "stream " + id + " of program '" + program + "'";
    return errno == Errno.EINVAL
        ? new UnsupportedFeatureException(
            "streams of programs",
            "6.17",
            what
                + ": "
                + COMMAND
                + ": "
                + Errno.describe(errno)
                + ": this kernel has no streams of programs; they came with 6.17")
        : Refusal.of(what, COMMAND, errno, EnumSet.of(Capability.CAP_BPF));
  }

  /// The same as text.
  public String read() {
    return new String(readBytes(), StandardCharsets.UTF_8);
  }

  /// The lines that were written since the last reading, without their ends. The beginning of one
  /// that has no end yet is kept for the next time.
  public synchronized List<String> lines() {
    var lines = new ArrayList<String>();
    for (var b : take()) {
      if (b == '\n') {
        lines.add(partial.toString(StandardCharsets.UTF_8));
        partial.reset();
      } else {
        partial.write(b);
      }
    }
    return lines;
  }

  @Override
  public String toString() {
    return "stream " + id + " of program '" + program + "'";
  }
}
