import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;

/// Says hello whenever a program is started. To run it: `ebpf4j run examples/java/Hello.java`.
class Hello {
  @Section("tracepoint/syscalls/sys_enter_execve")
  static int hello() {
    Bpf.printk("Hello from Java, process %d", Bpf.currentPidTgid() >>> 32);
    return 0;
  }
}
