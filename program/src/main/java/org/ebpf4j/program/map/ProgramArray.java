package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.jvm.TailCall;

/// Programs to go on with.
@MapKind(MapType.PROG_ARRAY)
public final class ProgramArray extends BpfMap {
  private final SlotStore<String> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many programs.
  public ProgramArray(int maxEntries) {
    super(maxEntries);
  }

  /// Goes on with the program at an index, and does not come back. Where there is none, it comes
  /// back, and nothing has happened.
  @Helper(12)
  public void tailCall(int index) {
    var name = store.at(SlotStore.key(index));
    if (name != null) {
      throw new TailCall(name);
    }
  }

  /// Puts a program in, on the JVM.
  ///
  /// @param name the name of its method
  public void set(int index, String name) {
    store.set(SlotStore.key(index), name);
  }

  @Override
  public SlotStore<String> onJvm() {
    return store;
  }
}
