package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// The commands of `bpf(2)` on types (BTF), as [Bpf] has the others.
public final class BtfCommands {
  private static final int BTF_LOAD = 18;
  private static final int NAME_SIZE = 64;

  private BtfCommands() {}

  /// `BTF_LOAD`, without a log or a token.
  public static Result load(byte[] btf) {
    return load(btf, 0, 0, 0).result();
  }

  /// `BTF_LOAD`.
  ///
  /// @param tokenFd the descriptor of a token that stands for privileges, or 0
  /// @param logLevel how much the kernel writes of what it reads: 0 nothing, 1 and 2 more
  /// @param logSize the size of the log's buffer in bytes, at least 128; 0 for level 0
  public static Loaded load(byte[] btf, int tokenFd, int logLevel, int logSize) {
    try (var arena = Arena.ofConfined()) {
      var attr =
          new Attr(arena, tokenFd != 0 ? 40 : logLevel > 0 ? 32 : 28)
              .bytes(0, btf)
              .u32(16, btf.length);
      if (tokenFd != 0) {
        attr.u32(32, Bpf.TOKEN_FD).u32(36, tokenFd);
      }
      if (logLevel == 0) {
        return new Loaded(Result.of(attr.bpf(BTF_LOAD)), "", 0);
      }
      var log = arena.allocate(logSize, 8);
      var result = attr.pointer(8, log).u32(20, logSize).u32(24, logLevel).bpf(BTF_LOAD);
      return new Loaded(Result.of(result), Bpf.text(log), Integer.toUnsignedLong(attr.u32(28)));
    }
  }

  /// What came of `BTF_LOAD`.
  ///
  /// @param result the BTF, or why not
  /// @param log what the kernel wrote; empty where no log was asked for
  /// @param neededLogSize how large a buffer the whole log wants, where the kernel says (since
  ///   6.4), else 0
  public record Loaded(Result result, String log, long neededLogSize) {}

  /// `OBJ_GET_INFO_BY_FD` of a program, for where its main function is in its BTF: the function's
  /// id, or 0 where the program came without. An error number negated.
  public static int mainFunction(int fd) {
    try (var arena = Arena.ofConfined()) {
      // struct bpf_func_info: the slot, which is 0 for the first, and the id.
      var record = new Attr(arena, 8);
      // struct bpf_prog_info, up to nr_func_info
      var info = new Attr(arena, 148).u32(132, 8).pointer(136, record.memory()).u32(144, 1);
      var result =
          new Attr(arena, 16)
              .u32(0, fd)
              .u32(4, 148)
              .pointer(8, info.memory())
              .bpf(Bpf.OBJ_GET_INFO_BY_FD);
      return result == 0 ? record.u32(4) : (int) result;
    }
  }

  /// `OBJ_GET_INFO_BY_FD` of BTF, which fills `btf` as far as both go.
  ///
  /// @param named whether to ask for the name and whose it is, which kernels before 5.11 refuse
  ///   with `E2BIG`
  public static BtfObject info(int fd, boolean named, byte[] btf) {
    try (var arena = Arena.ofConfined()) {
      var info = new Attr(arena, 32);
      var bytes = arena.allocate(Math.max(1, btf.length));
      var name = arena.allocate(NAME_SIZE);
      if (btf.length > 0) {
        info.pointer(0, bytes).u32(8, btf.length);
      }
      if (named) {
        info.pointer(16, name).u32(24, NAME_SIZE);
      }
      var result =
          new Attr(arena, 16)
              .u32(0, fd)
              .u32(4, named ? 32 : 16)
              .pointer(8, info.memory())
              .bpf(Bpf.OBJ_GET_INFO_BY_FD);
      if (result != 0) {
        return new BtfObject((int) -result, 0, 0, "", false);
      }
      bytes.asByteBuffer().get(0, btf);
      return new BtfObject(0, info.u32(12), info.u32(8), Bpf.text(name), info.u32(28) != 0);
    }
  }

  /// What the kernel says of BTF that it holds (`struct bpf_btf_info`).
  ///
  /// @param errno 0, or the error number, and then the rest is nothing
  /// @param id its id
  /// @param size how many bytes it has
  /// @param name `vmlinux`, the name of a module, or empty where a program brought it
  /// @param kernel whether it is that of the kernel or of a module
  public record BtfObject(int errno, int id, int size, String name, boolean kernel) {}
}
