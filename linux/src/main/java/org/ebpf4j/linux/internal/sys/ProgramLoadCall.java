package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.error.Errno;

/// One `PROG_LOAD`: its attribute, and the attempts that it may take.
final class ProgramLoadCall {
  private static final int FUNCTION_SIZE = 76;
  private static final int LINE_SIZE = 92;
  private static final int LOG_SIZE = 28;
  private static final int LOG_TRUE_SIZE = 140;

  private final Attr attr;
  private final MemorySegment log;
  private final Records functions;
  private final Records lines;
  private int interruptions;

  ProgramLoadCall(Arena arena, ProgramLoad load, int logLevel, int logSize) {
    // The memory is shared between threads: a virtual thread hands the call to another one.
    this(arena, load, logLevel, logLevel > 0 ? arena.allocate(logSize, 8) : MemorySegment.NULL);
  }

  /// @param log where the log goes to; for a level other than 0
  ProgramLoadCall(Arena arena, ProgramLoad load, int logLevel, MemorySegment log) {
    attr =
        new Attr(arena, size(load, logLevel))
            .u32(0, load.type())
            .u32(4, load.instructions().length / 8)
            .bytes(8, load.instructions())
            .string(16, load.license())
            .u32(40, load.kernelVersion())
            .u32(44, load.flags())
            .name(48, load.name())
            .u32(68, load.expectedAttachType());
    var types = load.types();
    functions = new Records(attr, FUNCTION_SIZE, types.functions(), types.functionSize());
    lines = new Records(attr, LINE_SIZE, types.lines(), types.lineSize());
    if (types.fd() != 0) {
      attr.u32(72, types.fd());
      functions.pass();
      lines.pass();
    }
    if (!load.target().isNone()) {
      attr.u32(108, load.target().typeId()).u32(112, load.target().fd());
    }
    if (load.fdArray().length > 0) {
      attr.numbers(120, load.fdArray());
    }
    if (load.tokenFd() != 0) {
      attr.u32(44, load.flags() | Bpf.TOKEN_FD).u32(144, load.tokenFd());
    }
    this.log = log;
    if (logLevel > 0) {
      attr.u32(24, logLevel).u32(LOG_SIZE, (int) log.byteSize()).pointer(32, log);
    }
  }

  /// As far as the fields in use go.
  private static int size(ProgramLoad load, int logLevel) {
    if (load.tokenFd() != 0) {
      return 148;
    }
    if (logLevel > 0) {
      return LOG_TRUE_SIZE + 4;
    }
    if (load.fdArray().length > 0) {
      return 128;
    }
    if (!load.target().isNone()) {
      return 116;
    }
    return load.types().fd() != 0 ? 108 : 72;
  }

  /// The calls, the last of which tells: 0 or a descriptor, or an error number negated.
  long call() {
    var result = attempt();
    while (result == -Errno.E2BIG && (functions.shorten() || lines.shorten())) {
      result = attempt();
    }
    return result;
  }

  ProgramLoad.Outcome make() {
    var result = call();
    var logged = log.byteSize() > 0;
    return new ProgramLoad.Outcome(
        Result.of(result),
        logged ? Bpf.text(log) : "",
        logged ? Integer.toUnsignedLong(attr.u32(LOG_TRUE_SIZE)) : 0,
        ProgramLoad.Kept.ALL,
        interruptions);
  }

  private long attempt() {
    var result = Signals.masked(() -> attr.bpfAnywhere(Bpf.PROG_LOAD));
    while (result == -Errno.EAGAIN && interruptions < Bpf.MAX_INTERRUPTIONS) {
      interruptions++;
      result = Signals.masked(() -> attr.bpfAnywhere(Bpf.PROG_LOAD));
    }
    return result;
  }

  /// Records of some size, in an attribute that has their size, their address and their number, one
  /// after the other. Where the kernel knows shorter records only and those given have more than
  /// zeros behind, it refuses and puts its own size into the attribute.
  private static final class Records {
    private final Attr attr;
    private final int offset;
    private final int size;
    private final MemorySegment bytes;
    private final int count;
    private boolean shortened;

    Records(Attr attr, int offset, byte[] bytes, int size) {
      this.attr = attr;
      this.offset = offset;
      this.size = size;
      this.bytes = attr.copy(bytes);
      this.count = bytes.length / size;
    }

    void pass() {
      if (count > 0) {
        attr.u32(offset, size).pointer(offset + 4, bytes).u32(offset + 12, count);
      }
    }

    /// Zeroes what the kernel does not know. False where that has been done, or is not the reason.
    boolean shorten() {
      if (count == 0 || shortened) {
        return false;
      }
      var known = attr.u32(offset);
      if (known <= 0 || known >= size) {
        return false;
      }
      for (long i = 0; i < count; i++) {
        bytes.asSlice(i * size + known, size - known).fill((byte) 0);
      }
      shortened = true;
      attr.u32(offset, size);
      return true;
    }
  }
}
