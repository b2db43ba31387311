package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// What `LINK_CREATE` is given: one record for each layout of its attributes. Each passes them only
/// as far as it uses them.
public sealed interface LinkCreate {

  /// The attributes, `link_create` of `union bpf_attr`.
  Attr attr(Arena arena);

  private static Attr attr(
      Arena arena, int size, int program, int target, int attachType, int flags) {
    return new Attr(arena, size).u32(0, program).u32(4, target).u32(8, attachType).u32(12, flags);
  }

  /// A link on what a descriptor stands for: a cgroup, a map of sockets, an event of the perf
  /// subsystem.
  ///
  /// @param target the descriptor
  /// @param attachType which hook of it
  record OnDescriptor(int program, int target, int attachType) implements LinkCreate {
    @Override
    public Attr attr(Arena arena) {
      return LinkCreate.attr(arena, 16, program, target, attachType, 0);
    }
  }

  /// A link on a network device.
  ///
  /// @param device the index of the device in this network namespace
  /// @param attachType which hook of it
  /// @param flags `XDP_FLAGS_*`
  record OnDevice(int program, int device, int attachType, int flags) implements LinkCreate {
    @Override
    public Attr attr(Arena arena) {
      return LinkCreate.attr(arena, 16, program, device, attachType, flags);
    }
  }

  /// The link of a map of operations, which are in force as long as the link lives.
  record StructOps(int map) implements LinkCreate {
    private static final int ATTACH_TYPE = 44;

    @Override
    public Attr attr(Arena arena) {
      return LinkCreate.attr(arena, 16, map, 0, ATTACH_TYPE, 0);
    }
  }

  /// A link on one function of the kernel, for a program that takes several.
  record KprobeMulti(int program, String symbol) implements LinkCreate {
    private static final int ATTACH_TYPE = 42;

    @Override
    public Attr attr(Arena arena) {
      var symbols = arena.allocateFrom(ValueLayout.JAVA_LONG, arena.allocateFrom(symbol).address());
      return LinkCreate.attr(arena, 48, program, 0, ATTACH_TYPE, 0).u32(20, 1).pointer(24, symbols);
    }
  }

  /// A link on one place of a program file, for a program that takes several.
  ///
  /// @param pid the process, or 0 for all
  record UprobeMulti(int program, String path, long offset, int pid) implements LinkCreate {
    private static final int ATTACH_TYPE = 48;

    @Override
    public Attr attr(Arena arena) {
      var offsets = arena.allocateFrom(ValueLayout.JAVA_LONG, offset);
      return LinkCreate.attr(arena, 60, program, 0, ATTACH_TYPE, 0)
          .string(16, path)
          .pointer(24, offsets)
          .u32(48, 1)
          .u32(56, pid);
    }
  }
}
