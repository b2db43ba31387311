package org.ebpf4j.program.map;

import java.util.Arrays;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;

/// Stacks of the kernel and of processes, each once, by a number. On the JVM there are none: a
/// number is that of the stack of Java.
@MapKind(MapType.STACK_TRACE)
public final class StackTraces extends BpfMap {
  private static final int STACK_ID = 27;

  private final SlotStore<String> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many stacks.
  public StackTraces(int maxEntries) {
    super(maxEntries);
  }

  /// The number of the stack of the kernel; below 0, an error number.
  @Helper(value = STACK_ID, trailing = 0)
  public long kernel() {
    return id(0);
  }

  /// The number of the stack of the process; below 0, an error number.
  @Helper(value = STACK_ID, trailing = 0x100)
  public long user() {
    return id(0x100);
  }

  /// The number of a stack, as the flags say (`BPF_F_USER_STACK` and its like).
  @Helper(STACK_ID)
  public long stack(long flags) {
    return id(flags);
  }

  private long id(long flags) {
    Environment.current().record("bpf_get_stackid", flags);
    var frames =
        StackWalker.getInstance()
            .walk(
                all -> all.skip(2).map(f -> f.getClassName() + "." + f.getMethodName()).toArray());
    return Math.floorMod(Arrays.hashCode(frames) ^ flags, Math.max(maxEntries(), 1));
  }

  @Override
  public SlotStore<String> onJvm() {
    return store;
  }
}
