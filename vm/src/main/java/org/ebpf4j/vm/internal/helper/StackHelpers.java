package org.ebpf4j.vm.internal.helper;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.StackContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;

/// The stacks of the task: those that a test gave it (`BPF_F_*_STACK` of
/// `include/uapi/linux/bpf.h`).
final class StackHelpers {
  private static final long SKIP = 0xff;
  private static final long USER = 1 << 8;
  private static final long COMPARE_HASHES = 1 << 9;
  private static final long REUSE = 1 << 10;
  private static final long BUILD_ID = 1 << 11;

  /// The flag of a map whose elements have build ids (`BPF_F_STACK_BUILD_ID`).
  private static final int MAP_OF_BUILD_IDS = 1 << 5;

  /// The bytes of a `struct bpf_stack_build_id`.
  private static final int BUILD_ID_SIZE = 32;

  /// No build id is known: the address itself (`BPF_STACK_BUILD_ID_IP`).
  private static final int ADDRESS_ONLY = 2;

  private static final int ADDRESS_AT = 24;

  private StackHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("get_stack", (run, context, to, size, flags, e) -> copy(run, to, size, flags));
    all.put("get_stackid", (run, context, map, flags, d, e) -> put(run, map, flags));
    all.put("get_task_stack", (run, task, to, size, flags, e) -> copy(run, to, size, flags));
  }

  private static long copy(Run run, long to, long size, long flags) {
    var user = (flags & USER) != 0;
    var buildId = (flags & BUILD_ID) != 0;
    var element = buildId ? BUILD_ID_SIZE : Long.BYTES;
    if ((flags & ~(SKIP | USER | BUILD_ID)) != 0
        || (buildId && !user)
        || size < 0
        || size % element != 0) {
      run.memory().clear(to, size);
      return -Errno.EINVAL;
    }
    var frames = frames(run, flags);
    run.memory().clear(to, size);
    if (frames.isEmpty()) {
      return -Errno.EFAULT;
    }
    var count = (int) Math.min(frames.size(), size / element);
    run.memory().write(to, bytes(frames.subList(0, count), element));
    return (long) count * element;
  }

  /// Puts a stack into a map of stacks.
  ///
  /// @return its id there: the same for the same stack
  private static long put(Run run, long map, long flags) {
    var store = Store.at(run.memory(), map);
    if ((flags & ~(SKIP | USER | COMPARE_HASHES | REUSE)) != 0
        || !(store.content() instanceof StackContent stacks)) {
      return -Errno.EINVAL;
    }
    var frames = frames(run, flags);
    if (frames.isEmpty()) {
      return -Errno.EFAULT;
    }
    var size = store.shape().valueSize();
    var buildIds = (store.spec().flags() & MAP_OF_BUILD_IDS) != 0;
    var content = Arrays.copyOf(bytes(frames, buildIds ? BUILD_ID_SIZE : Long.BYTES), size);
    var most = Integer.highestOneBit((int) Math.max(1, 2L * store.shape().maxEntries() - 1));
    var id = Arrays.hashCode(content) & (most - 1);
    synchronized (store) {
      var before = stacks.get(Values.u32(id));
      if (before != null && (flags & REUSE) == 0) {
        var same = (flags & COMPARE_HASHES) != 0 || Arrays.equals(before, content);
        return same ? id : -Errno.EEXIST;
      }
      stacks.record(id, content);
      return id;
    }
  }

  /// The frames that the flags want; nothing where there are none.
  static List<Long> frames(Run run, long flags) {
    var task = Environment.of(run).task();
    var all = (flags & USER) != 0 ? task.userStack() : task.kernelStack();
    var skip = (int) (flags & SKIP);
    return skip >= all.size() ? List.of() : all.subList(skip, all.size());
  }

  /// Frames as they are in memory.
  static byte[] bytes(List<Long> frames, int element) {
    var bytes = ByteBuffer.allocate(frames.size() * element).order(ByteOrder.LITTLE_ENDIAN);
    for (var frame : frames) {
      if (element == BUILD_ID_SIZE) {
        bytes.putInt(bytes.position(), ADDRESS_ONLY);
        bytes.putLong(bytes.position() + ADDRESS_AT, frame);
        bytes.position(bytes.position() + element);
      } else {
        bytes.putLong(frame);
      }
    }
    return bytes.array();
  }
}
