package org.ebpf4j.linux.internal.attachment;

import java.util.Collection;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Fd;

/// The program that is on a hook without links: a descriptor of our own, as the hook is told which
/// program to take off. The attachment that has it guards it.
public final class HeldProgram {
  private Fd fd;

  /// The place that it is noted at in [StandingNotes]; empty where it is not.
  private String place = "";

  private HeldProgram(Fd fd) {
    this.fd = fd;
  }

  /// The program that a descriptor of somebody else's refers to.
  ///
  /// @param hook the descriptor of the hook, which is closed where this fails
  public static HeldProgram of(int program, Fd hook) {
    try {
      return new HeldProgram(Fd.duplicate(program));
    } catch (RuntimeException | Error e) {
      hook.close();
      throw e;
    }
  }

  /// The same, noted in [StandingNotes], so that another process can take it off if this one is
  /// killed. To be called before the program is put on its hook.
  ///
  /// @param where the place, as the hook writes it
  public HeldProgram noted(Attaching attaching, String where) {
    var errno = note(where);
    if (errno != 0) {
      attaching.step(
          "no note is kept of the program, which stays if this process is killed: "
              + Errno.describe(errno));
    }
    return this;
  }

  /// The same. 0, or the error number of why it is not noted.
  public int note(String where) {
    var errno = StandingNotes.add(where, number());
    if (errno == 0) {
      place = where;
    }
    return errno;
  }

  /// Whether it is one of those, by their ids.
  public boolean isAmong(Collection<Integer> ids) {
    return ids.contains(ObjectInfo.program(number()).id());
  }

  /// Refuses an exchange that expects another program than this.
  ///
  /// @param expected the descriptor of the expected one; 0 for any
  public void unlessExpected(Attaching attaching, String command, int expected) {
    if (expected != 0 && ObjectInfo.program(expected).id() != ObjectInfo.program(number()).id()) {
      throw new KernelException(
          command,
          Errno.EPERM,
          attaching.what()
              + ": "
              + command
              + ": "
              + Errno.describe(Errno.EPERM)
              + ": "
              + Occupant.programOf(number())
              + " is attached, not "
              + Occupant.programOf(expected));
    }
  }

  /// The descriptor.
  public int number() {
    return fd.number();
  }

  /// Becomes another program, once `change` has put that on the hook.
  public void become(int program, Runnable change) {
    var next = Fd.duplicate(program);
    var where = place;
    var isNoted = !where.isEmpty() && StandingNotes.add(where, next.number()) == 0;
    var isSame = isNoted && StandingNotes.isSame(number(), next.number());
    try {
      change.run();
    } catch (RuntimeException | Error e) {
      if (isSame) {
        StandingNotes.release();
      } else if (isNoted) {
        StandingNotes.remove(where, next.number());
      }
      next.close();
      throw e;
    }
    if (isSame) {
      StandingNotes.release();
    } else {
      forget();
      place = isNoted ? where : "";
    }
    fd.close();
    fd = next;
  }

  /// Has the program stay on its hook, whatever becomes of this process.
  void forget() {
    if (!place.isEmpty()) {
      StandingNotes.remove(place, number());
      place = "";
    }
  }

  public void close() {
    forget();
    fd.close();
  }
}
