package org.ebpf4j.linux.internal.attach;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.ProbeNames;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.Perf;

/// A probe that is an event of tracefs: a line in `kprobe_events` or `uprobe_events` makes it, for
/// the whole machine, and another takes it away. For kernels whose perf subsystem makes no probes
/// itself.
///
/// Where the process dies, the event stays: the next that makes one takes it away ([ProbeNames]).
final class TracefsProbe {
  /// The file of a kind of probes.
  enum Table {
    KPROBES("kprobe_events"),
    UPROBES("uprobe_events");

    private final String file;

    Table(String file) {
      this.file = file;
    }

    String file() {
      return file;
    }
  }

  /// How often an event is tried to be taken away that the kernel still counts a user of.
  private static final int ATTEMPTS = 20;

  private static final int PAUSE_NANOS = 1_000_000;

  private TracefsProbe() {}

  /// Makes an event and ties the program to it.
  ///
  /// @param table where the event is made
  /// @param kind `p` for a probe, `r` for one of returns
  /// @param place the place, as the table has it: `do_exit+0`
  /// @param label what may help people to know the event again
  /// @param pid the process; 0 for all
  /// @param cookie what the program can ask for there; 0 for nothing
  /// @param refusal the error for an error number of the table
  static Attachment attach(
      Attaching program,
      Table table,
      char kind,
      String place,
      String label,
      int pid,
      long cookie,
      IntFunction<? extends BpfException> refusal) {
    try (var tracefs = Tracefs.find("a probe")) {
      clean(program, tracefs);
      var name = create(program, tracefs, table, kind, place, label, refusal);
      var id = 0L;
      try {
        id = tracefs.id(new Tracepoint(ProbeNames.GROUP, name));
      } catch (RuntimeException | Error e) {
        remove(table, name);
        throw e;
      }
      var opened = Perf.openTracepoint(id, pid);
      if (!opened.ok()) {
        remove(table, name);
        throw EventTie.refusedEvent(program, opened.errno());
      }
      program.step("perf_event_open type tracepoint, config " + id + ": " + opened.fd());
      return EventTie.tie(program, List.of(opened.fd()), cookie, () -> remove(table, name));
    }
  }

  /// The name of the event that was made.
  private static String create(
      Attaching program,
      Tracefs tracefs,
      Table table,
      char kind,
      String place,
      String label,
      IntFunction<? extends BpfException> refusal) {
    var file = tracefs.root().resolve(table.file);
    for (var attempt = 0; ; attempt++) {
      var name = ProbeNames.next(label);
      var line = String.format(Locale.ROOT, "%c:%s/%s %s", kind, ProbeNames.GROUP, name, place);
      var errno = FileIo.append(file.toString(), ProbeNames.bytes(line));
      if (errno == 0) {
        program.step("'" + line + "' into " + tracefs.shown(file));
        return name;
      }
      if (errno != Errno.EEXIST || attempt == ATTEMPTS) {
        throw refusal.apply(errno);
      }
    }
  }

  /// Takes away an event whose descriptors are closed. One that a pin still uses is left to
  /// [#clean(Attaching, Tracefs)].
  private static void remove(Table table, String name) {
    try (var tracefs = Tracefs.find("the end of a probe")) {
      var file = tracefs.root().resolve(table.file).toString();
      var errno = delete(file, name);
      for (int i = 0; i < ATTEMPTS && errno == Errno.EBUSY; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        errno = delete(file, name);
      }
      if (errno == 0 || errno == Errno.ENOENT) {
        ProbeNames.gone(name);
      } else {
        ProbeNames.left(name);
      }
    } catch (BpfException _) {
      // tracefs is gone from here: whoever finds it the next time takes the event away.
      ProbeNames.left(name);
    }
  }

  private static int delete(String file, String name) {
    return FileIo.append(file, ProbeNames.bytes("-:" + ProbeNames.GROUP + "/" + name));
  }

  /// Takes away what dead processes left, and what this one could not take away before.
  private static void clean(Attaching program, Tracefs tracefs) {
    for (var table : Table.values()) {
      var file = tracefs.root().resolve(table.file);
      for (var name : ProbeNames.stale(file)) {
        if (delete(file.toString(), name) == 0) {
          ProbeNames.gone(name);
          program.step("the event " + name + " of a dead process is taken away");
        }
      }
    }
  }
}
