package org.ebpf4j.map;

import java.util.Optional;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.ProgramArray;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// An array of programs, which programs jump to by their index. Another view of a [RawMap].
final class ProgramArrayView implements ProgramArray {
  private final KernelObjects objects;
  private final TypedMap<Integer, Integer> ids;

  ProgramArrayView(KernelObjects objects, TypedMap<Integer, Integer> ids) {
    this.objects = objects;
    this.ids = ids;
  }

  @Override
  public RawMap map() {
    return ids.map();
  }

  @Override
  public Optional<BpfProgram> get(int index) {
    var id = ids.lookup(index);
    try {
      return id.map(objects::openProgram);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        // Taken out after its id was read.
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void set(int index, BpfProgram program) {
    objects.with(program, number -> ids.update(index, number, Update.ANY));
  }

  @Override
  public boolean clear(int index) {
    return ids.delete(index);
  }

  @Override
  public String toString() {
    return map().toString();
  }
}
