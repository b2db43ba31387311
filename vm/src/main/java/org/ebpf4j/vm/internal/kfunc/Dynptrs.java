package org.ebpf4j.vm.internal.kfunc;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;

/// What programs do with dynptrs.
final class Dynptrs {
  private static final long U32 = 0xffff_ffffL;

  private Dynptrs() {}

  static void addHelpers(Map<String, Helper> all, Map<String, Helper> helpers) {
    all.put(
        "dynptr_from_mem", (run, data, size, flags, to, e) -> memory(run, data, size, flags, to));
    all.put("dynptr_read", Dynptrs::read);
    all.put("dynptr_write", Dynptrs::write);
    all.put("dynptr_data", (run, from, offset, size, d, e) -> data(run, from, offset, size));
    var reserve = helpers.get("bpf_ringbuf_reserve");
    if (reserve != null) {
      all.put(
          "ringbuf_reserve_dynptr",
          (run, map, size, flags, to, e) -> reserve(run, reserve, map, size & U32, flags, to));
    }
    for (var end : new String[] {"submit", "discard"}) {
      var finish = helpers.get("bpf_ringbuf_" + end);
      if (finish != null) {
        all.put(
            "ringbuf_" + end + "_dynptr",
            (run, at, flags, c, d, e) -> finish(run, finish, at, flags));
      }
    }
  }

  static void addKfuncs(Map<String, Helper> all) {
    all.put("dynptr_slice", Dynptrs::slice);
    all.put(
        "dynptr_slice_rdwr",
        (run, from, offset, buffer, size, e) ->
            Dynptr.at(run.memory(), from).readOnly()
                ? 0
                : slice(run, from, offset, buffer, size, e));
    all.put(
        "dynptr_adjust", (run, at, start, end, d, e) -> adjust(run, at, start & U32, end & U32));
    all.put("dynptr_is_null", (run, at, b, c, d, e) -> get(run, at).isNone() ? 1 : 0);
    all.put("dynptr_is_rdonly", (run, at, b, c, d, e) -> get(run, at).readOnly() ? 1 : 0);
    all.put(
        "dynptr_size",
        (run, at, b, c, d, e) -> get(run, at).isNone() ? -Errno.EINVAL & U32 : get(run, at).size());
    all.put("dynptr_clone", (run, from, to, c, d, e) -> copy(run, from, to));
    all.put("dynptr_copy", Dynptrs::copyBytes);
    all.put(
        "dynptr_memset", (run, at, offset, size, value, e) -> fill(run, at, offset, size, value));
  }

  /// Those that read memory into one, as helpers of nearly the same names read it into a buffer.
  static void addReads(Map<String, Helper> all, Map<String, Helper> helpers) {
    var read =
        Map.of(
            "probe_read_kernel_dynptr", "probe_read_kernel",
            "probe_read_kernel_str_dynptr", "probe_read_kernel_str",
            "probe_read_user_dynptr", "probe_read_user",
            "probe_read_user_str_dynptr", "probe_read_user_str",
            "copy_from_user_dynptr", "probe_read_user",
            "copy_from_user_str_dynptr", "probe_read_user_str");
    read.forEach((name, helper) -> {
      var found = helpers.get("bpf_" + helper);
      if (found != null) {
        all.put(
            name,
            (run, to, offset, size, from, e) -> readInto(run, found, to, offset, size & U32, from));
      }
    });
  }

  private static long readInto(Run run, Helper read, long to, long offset, long size, long from) {
    var at = get(run, to);
    if (at.isNone() || at.readOnly() || !at.has(offset, size)) {
      return at.isNone() || !at.has(offset, size) ? -Errno.E2BIG : -Errno.EINVAL;
    }
    var address = address(run, at, offset, size);
    return address == 0 ? -Errno.EFAULT : read.call(run, address, size, from, 0, 0);
  }

  /// Those of packets, which some types of programs may not write.
  static void addTyped(Map<String, Kfunc> all) {
    all.put(
        "dynptr_from_skb",
        caller ->
            (run, context, flags, to, d, e) ->
                packet(
                    run, context, flags, to, Dynptr.SOCKET_BUFFER, !writesPackets(caller.type())));
    all.put(
        "dynptr_from_xdp",
        caller ->
            (run, context, flags, to, d, e) -> packet(run, context, flags, to, Dynptr.XDP, false));
    all.put(
        "dynptr_from_skb_meta",
        caller ->
            (run, context, flags, to, d, e) ->
                packet(run, context, flags, to, Dynptr.METADATA, !writesPackets(caller.type())));
  }

  private static boolean writesPackets(ProgramType type) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT, LWT_XMIT, SK_SKB -> true;
      default -> false;
    };
  }

  private static Dynptr get(Run run, long at) {
    return Dynptr.at(run.memory(), at);
  }

  private static long failed(Run run, long to, int errno) {
    Dynptr.NONE.store(run.memory(), to);
    return -errno;
  }

  private static long memory(Run run, long data, long size, long flags, long to) {
    if ((size & U32) > Dynptr.MOST) {
      return failed(run, to, Errno.E2BIG);
    }
    if (flags != 0) {
      return failed(run, to, Errno.EINVAL);
    }
    new Dynptr(data, Dynptr.LOCAL, false, (int) size, 0).store(run.memory(), to);
    return 0;
  }

  private static long reserve(Run run, Helper reserve, long map, long size, long flags, long to) {
    if (flags != 0) {
      return failed(run, to, Errno.EINVAL);
    }
    if (size > Dynptr.MOST) {
      return failed(run, to, Errno.E2BIG);
    }
    var record = reserve.call(run, map, size, 0, 0, 0);
    if (record == 0) {
      return failed(run, to, Errno.EINVAL);
    }
    new Dynptr(record, Dynptr.RING, false, (int) size, 0).store(run.memory(), to);
    return 0;
  }

  private static long finish(Run run, Helper finish, long at, long flags) {
    var record = get(run, at).data();
    if (record != 0) {
      finish.call(run, record, flags, 0, 0, 0);
    }
    Dynptr.NONE.store(run.memory(), at);
    return 0;
  }

  private static Packet packet(Run run, long context) {
    return source(run, context).packet();
  }

  /// The context that has the packet. Netfilter programs name it by their `struct sk_buff`.
  private static PacketContext source(Run run, long context) {
    if (run.memory().find(context) instanceof PacketContext found) {
      return found;
    }
    if (run.subject() instanceof PacketContext subject && subject.hasPacketAt(context)) {
      return subject;
    }
    throw new MemoryFault(context, "no context with a packet");
  }

  private static long packet(
      Run run, long context, long flags, long to, int type, boolean readOnly) {
    if (flags != 0) {
      return failed(run, to, Errno.EINVAL);
    }
    var source = source(run, context);
    var packet = source.packet();
    var size = type == Dynptr.METADATA ? packet.start() - packet.from() : packet.length();
    new Dynptr(source.address(), type, readOnly, size, 0).store(run.memory(), to);
    return 0;
  }

  /// Where bytes of one are; 0 where they are in no one piece of memory.
  private static long address(Run run, Dynptr at, long offset, long size) {
    var from = at.offset() + offset;
    if (at.type() == Dynptr.LOCAL || at.type() == Dynptr.RING) {
      return at.data() + from;
    }
    var packet = packet(run, at.data());
    if (at.type() == Dynptr.METADATA) {
      return packet.address() + packet.from() + from;
    }
    return from + size > packet.length() ? 0 : packet.address() + packet.start() + from;
  }

  private static long read(Run run, long to, long size, long from, long offset, long flags) {
    var at = get(run, from);
    if (at.isNone() || flags != 0) {
      return -Errno.EINVAL;
    }
    if (!at.has(offset, size & U32)) {
      return -Errno.E2BIG;
    }
    var address = address(run, at, offset, size & U32);
    if (address == 0) {
      return -Errno.EFAULT;
    }
    run.memory().write(to, run.memory().read(address, size & U32));
    return 0;
  }

  private static long write(Run run, long to, long offset, long from, long size, long flags) {
    var at = get(run, to);
    if (at.isNone() || at.readOnly() || (flags != 0 && at.type() != Dynptr.SOCKET_BUFFER)) {
      return -Errno.EINVAL;
    }
    if (!at.has(offset, size & U32)) {
      return -Errno.E2BIG;
    }
    var address = address(run, at, offset, size & U32);
    if (address == 0) {
      return -Errno.EFAULT;
    }
    run.memory().write(address, run.memory().read(from, size & U32));
    return 0;
  }

  private static long data(Run run, long from, long offset, long size) {
    var at = get(run, from);
    return at.isNone()
            || at.readOnly()
            || !at.has(offset, size)
            || (at.type() != Dynptr.LOCAL && at.type() != Dynptr.RING)
        ? 0
        : address(run, at, offset, size);
  }

  private static long slice(Run run, long from, long offset, long buffer, long size, long e) {
    var at = get(run, from);
    if (at.isNone() || !at.has(offset, size)) {
      return 0;
    }
    return address(run, at, offset, size);
  }

  private static long adjust(Run run, long at, long start, long end) {
    var old = get(run, at);
    if (old.isNone() || start > end) {
      return -Errno.EINVAL;
    }
    if (start > old.size() || end > old.size()) {
      return -Errno.ERANGE;
    }
    new Dynptr(
            old.data(), old.type(), old.readOnly(), (int) (end - start), old.offset() + (int) start)
        .store(run.memory(), at);
    return 0;
  }

  private static long copy(Run run, long from, long to) {
    var at = get(run, from);
    if (at.isNone()) {
      return failed(run, to, Errno.EINVAL);
    }
    at.store(run.memory(), to);
    return 0;
  }

  private static long copyBytes(
      Run run, long to, long toOffset, long from, long fromOffset, long size) {
    var target = get(run, to);
    var source = get(run, from);
    if (target.isNone() || source.isNone() || target.readOnly()) {
      return -Errno.EINVAL;
    }
    if (!target.has(toOffset, size) || !source.has(fromOffset, size)) {
      return -Errno.E2BIG;
    }
    var bytes = run.memory().read(address(run, source, fromOffset, size), size);
    run.memory().write(address(run, target, toOffset, size), bytes);
    return 0;
  }

  private static long fill(Run run, long at, long offset, long size, long value) {
    var target = get(run, at);
    if (target.isNone() || target.readOnly()) {
      return -Errno.EINVAL;
    }
    if (!target.has(offset, size)) {
      return -Errno.E2BIG;
    }
    var bytes = new byte[(int) size];
    Arrays.fill(bytes, (byte) value);
    run.memory().write(address(run, target, offset, size), bytes);
    return 0;
  }
}
