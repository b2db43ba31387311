import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.RingBuffer;

/// Who opens which file, and what came of it: the descriptor, or an error number below 0.
class Opens {
  /// What the tracepoints give at the start of `openat` and at its end.
  static final class Enter {
    long common;
    long number;
    long directory;
    long filename;
    long flags;
  }

  static final class Exit {
    long common;
    long number;
    long result;
  }

  record Call(long filename, int flags) {}

  static final class Event {
    int pid;
    int result;
    int flags;
    final byte[] comm = new byte[16];
    final byte[] filename = new byte[128];
  }

  static int only_pid = 0;
  static final HashMap<Integer, Call> calls = new HashMap<>(10_240);
  static final RingBuffer<Event> events = new RingBuffer<>(Event.class, 256 * 1024);

  @Section("tracepoint/syscalls/sys_enter_openat")
  static int enters(Enter enter) {
    long id = Bpf.currentPidTgid();
    if (only_pid == 0 || only_pid == (int) (id >>> 32)) {
      calls.put((int) id, new Call(enter.filename, (int) enter.flags));
    }
    return 0;
  }

  @Section("tracepoint/syscalls/sys_exit_openat")
  static int exits(Exit exit) {
    long id = Bpf.currentPidTgid();
    Call call = calls.lookup((int) id);
    if (call == null) {
      return 0;
    }
    long filename = call.filename();
    int flags = call.flags();
    calls.delete((int) id);
    Event event = events.reserve();
    if (event == null) {
      return 0;
    }
    event.pid = (int) (id >>> 32);
    event.result = (int) exit.result;
    event.flags = flags;
    Bpf.currentComm(event.comm);
    Bpf.probeReadUserStr(event.filename, filename);
    events.submit(event);
    return 0;
  }
}
