import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.codec.U32;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.RingBuffer;

/// Who executes what: an event for each program that is executed. The same as
/// `examples/tools/execs.bpf.c`.
class Execs {
  static final class Event {
    @U32 int pid;
    @U32 int ppid;
    @U32 int uid;
    final byte[] comm = new byte[16];
    final byte[] filename = new byte[96];
  }

  @KernelType(value = "task_struct", probe = true)
  interface Task {
    int tgid();

    Task real_parent();
  }

  @KernelType(value = "linux_binprm", probe = true)
  interface Program {
    Text filename();
  }

  /// Text of the kernel.
  @KernelType("char")
  interface Text {}

  /// Copies it.
  @Helper(115)
  static long read(Object to, Text from) {
    return 0;
  }

  static int only_uid = -1;
  static final AtomicLong lost = new AtomicLong();
  static final RingBuffer<Event> events = new RingBuffer<>(Event.class, 256 * 1024);

  @Section("raw_tracepoint/sched_process_exec")
  static int executed(Task task, int oldPid, Program program) {
    int uid = (int) Bpf.currentUidGid();
    if (only_uid != -1 && uid != only_uid) {
      return 0;
    }
    Event event = events.reserve();
    if (event == null) {
      lost.incrementAndGet();
      return 0;
    }
    event.pid = task.tgid();
    event.ppid = task.real_parent().tgid();
    event.uid = uid;
    Bpf.currentComm(event.comm);
    read(event.filename, program.filename());
    events.submit(event);
    return 0;
  }
}
