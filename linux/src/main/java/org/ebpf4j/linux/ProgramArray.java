package org.ebpf4j.linux;

import java.util.Optional;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Steps;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// An array of programs, which programs jump to by their index. It is another view of a [LinuxMap],
/// and closed with it. The kernel empties it when nobody but programs refers to it any more.
public final class ProgramArray {
  private final Steps steps;
  private final TypedMap<Integer, Integer> ids;

  ProgramArray(Steps steps, TypedMap<Integer, Integer> ids) {
    this.steps = steps;
    this.ids = ids;
  }

  /// The map that this is a view of.
  public LinuxMap map() {
    return ids.map();
  }

  /// The program at an index, as a reference of its own, which is the caller's to close. Empty
  /// where there is none.
  public Optional<LinuxProgram> get(int index) {
    var id = ids.lookup(index);
    try {
      return id.map(i -> LinuxProgram.opened(steps, Ids.open(ObjectKind.PROGRAM, i)));
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        // Taken out after its id was read.
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Puts a program in, in place of what was there.
  ///
  /// @throws KernelException with `EINVAL` for a program of another type than those that are in it
  public void set(int index, LinuxProgram program) {
    ids.update(index, program.fd(), Update.ANY);
  }

  /// Takes a program out; false where there was none.
  public boolean clear(int index) {
    return ids.delete(index);
  }
}
