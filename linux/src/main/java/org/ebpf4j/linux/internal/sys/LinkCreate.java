package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

  /// A link on an event of the perf subsystem.
  ///
  /// @param cookie what the program can ask for there; kernels before 5.15 know neither
  record OnEvent(int program, int event, long cookie) implements LinkCreate {
    private static final int ATTACH_TYPE = 41;

    @Override
    public Attr attr(Arena arena) {
      return cookie == 0
          ? LinkCreate.attr(arena, 16, program, event, ATTACH_TYPE, 0)
          : LinkCreate.attr(arena, 24, program, event, ATTACH_TYPE, 0).u64(16, cookie);
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

  /// A link on a hook that keeps programs in an order.
  ///
  /// @param target the index of a network device, or a descriptor
  /// @param attachType which hook of it
  /// @param flags `BPF_F_BEFORE`, `BPF_F_AFTER`, `BPF_F_ID`, `BPF_F_LINK`
  /// @param relative the id that they refer to, or 0
  /// @param revision the revision that the hook must have, or 0
  record Ordered(int program, int target, int attachType, int flags, int relative, long revision)
      implements LinkCreate {
    @Override
    public Attr attr(Arena arena) {
      var isPlain = flags == 0 && relative == 0 && revision == 0;
      var attr = LinkCreate.attr(arena, isPlain ? 16 : 32, program, target, attachType, flags);
      return isPlain ? attr : attr.u32(16, relative).u64(24, revision);
    }
  }

  /// A link on a hook of netfilter.
  ///
  /// @param family `NFPROTO_*`
  /// @param hook `NF_INET_*`
  /// @param flags `BPF_F_NETFILTER_IP_DEFRAG`
  record Netfilter(int program, int family, int hook, int priority, int flags)
      implements LinkCreate {
    private static final int ATTACH_TYPE = 45;

    @Override
    public Attr attr(Arena arena) {
      return LinkCreate.attr(arena, 32, program, 0, ATTACH_TYPE, 0)
          .u32(16, family)
          .u32(20, hook)
          .u32(24, priority)
          .u32(28, flags);
    }
  }

  /// A link on the place that the program was loaded for: a typed tracepoint, a function, a hook of
  /// the security modules.
  ///
  /// @param cookie what the program is given, or 0
  record Tracing(int program, int attachType, long cookie) implements LinkCreate {
    @Override
    public Attr attr(Arena arena) {
      var attr = LinkCreate.attr(arena, cookie == 0 ? 16 : 32, program, 0, attachType, 0);
      return cookie == 0 ? attr : attr.u64(24, cookie);
    }
  }

  /// A link that stands for an iterator.
  ///
  /// @param info `union bpf_iter_link_info` as far as it is used; nothing for all objects
  @SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
  record Iterator(int program, int... info) implements LinkCreate {
    private static final int ATTACH_TYPE = 28;

    @Override
    public Attr attr(Arena arena) {
      return info.length == 0
          ? LinkCreate.attr(arena, 16, program, 0, ATTACH_TYPE, 0)
          : LinkCreate.attr(arena, 28, program, 0, ATTACH_TYPE, 0)
              .numbers(16, info)
              .u32(24, info.length * Integer.BYTES);
    }
  }

  /// A link on a function of another program.
  ///
  /// @param target the other program
  /// @param function the id of the function in its types
  record OnFunction(int program, int target, int function) implements LinkCreate {
    @Override
    public Attr attr(Arena arena) {
      return LinkCreate.attr(arena, 20, program, target, 0, 0).u32(16, function);
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

  /// A link on many functions of the kernel: by their names, or by their addresses.
  ///
  /// @param attachType what the program was loaded for: all calls, or sessions
  /// @param onReturn whether it runs at returns
  /// @param cookies what the program can ask for in each; empty for none
  record KprobeMulti(
      int program,
      int attachType,
      boolean onReturn,
      List<String> symbols,
      List<Long> addresses,
      List<Long> cookies)
      implements LinkCreate {
    /// The attach type of programs that run at entries, or at returns.
    public static final int CALLS = 42;

    private static final int RETURN = 1;

    public KprobeMulti {
      symbols = List.copyOf(symbols);
      addresses = List.copyOf(addresses);
      cookies = List.copyOf(cookies);
    }

    @Override
    public Attr attr(Arena arena) {
      var attr =
          LinkCreate.attr(arena, 48, program, 0, attachType, 0)
              .u32(16, onReturn ? RETURN : 0)
              .u32(20, Math.max(symbols.size(), addresses.size()));
      if (symbols.isEmpty()) {
        attr.pointer(32, longs(arena, addresses));
      } else {
        attr.pointer(24, strings(arena, symbols));
      }
      return cookies.isEmpty() ? attr : attr.pointer(40, longs(arena, cookies));
    }
  }

  private static MemorySegment longs(Arena arena, List<Long> values) {
    var array = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, values.size()));
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(ValueLayout.JAVA_LONG, i, values.get(i));
    }
    return array;
  }

  /// Pointers to the texts, which follow one another in one piece of memory.
  private static MemorySegment strings(Arena arena, List<String> values) {
    var size = 0L;
    for (var value : values) {
      size += value.length() + 1;
    }
    var pointers = arena.allocate(ValueLayout.JAVA_LONG, values.size());
    var texts = arena.allocate(size);
    var at = 0L;
    for (int i = 0; i < values.size(); i++) {
      pointers.setAtIndex(ValueLayout.JAVA_LONG, i, texts.address() + at);
      texts.setString(at, values.get(i), StandardCharsets.ISO_8859_1);
      at += values.get(i).length() + 1;
    }
    return pointers;
  }

  /// A link on many places of a program file.
  ///
  /// @param attachType what the program was loaded for: all calls, or sessions
  /// @param onReturn whether it runs at returns
  /// @param offsets the bytes of the file
  /// @param counters for each the byte of the file that holds its counter; empty for none
  /// @param cookies what the program can ask for in each; empty for none
  /// @param pid the process, or 0 for all
  record UprobeMulti(
      int program,
      int attachType,
      boolean onReturn,
      String path,
      List<Long> offsets,
      List<Long> counters,
      List<Long> cookies,
      int pid)
      implements LinkCreate {
    /// The attach type of programs that run at entries, or at returns.
    public static final int CALLS = 48;

    private static final int RETURN = 1;

    public UprobeMulti {
      offsets = List.copyOf(offsets);
      counters = List.copyOf(counters);
      cookies = List.copyOf(cookies);
    }

    @Override
    public Attr attr(Arena arena) {
      var attr =
          LinkCreate.attr(arena, 60, program, 0, attachType, 0)
              .string(16, path)
              .pointer(24, longs(arena, offsets))
              .u32(48, offsets.size())
              .u32(52, onReturn ? RETURN : 0)
              .u32(56, pid);
      if (!counters.isEmpty()) {
        attr.pointer(32, longs(arena, counters));
      }
      return cookies.isEmpty() ? attr : attr.pointer(40, longs(arena, cookies));
    }
  }
}
