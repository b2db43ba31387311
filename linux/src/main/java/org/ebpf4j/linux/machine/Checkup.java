package org.ebpf4j.linux.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.KprobeUnit;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.UprobeUnit;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.probe.TypeAttempts;
import org.ebpf4j.load.KernelFeature;

/// What this machine and this user can do, looked at now. It loads the smallest program there is,
/// and takes it away; it mounts and changes nothing.
public final class Checkup {
  private static final int ENOSYS = 38;

  private final List<Finding> findings = new ArrayList<>();
  private final Privileges privileges = Privileges.read();
  private final Mounts mounts = Mounts.read();

  private Checkup() {}

  /// All findings, in the order in which they matter. Anybody may ask.
  public static List<Finding> findings() {
    var checkup = new Checkup();
    checkup.kernel();
    checkup.loading();
    checkup.user();
    checkup.restrictions();
    checkup.types();
    checkup.mounts();
    checkup.limits();
    checkup.probes();
    checkup.compiler();
    return List.copyOf(checkup.findings);
  }

  /// Whether programs can be loaded.
  public static boolean canLoad(List<Finding> findings) {
    return findings.stream().noneMatch(f -> f.grade() == Finding.Grade.BAD);
  }

  private static Optional<String> read(String path) {
    try {
      return Optional.of(Files.readString(Path.of(path)).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private void add(Finding finding) {
    findings.add(finding);
  }

  private void kernel() {
    var release = KernelRelease.running();
    add(
        release.isBefore(5, 10)
            ? Finding.limited(
                "kernel",
                "Linux " + KernelRelease.name() + ", older than what is tested (5.10)",
                "use a kernel from 5.10 on")
            : Finding.good("kernel", "Linux " + KernelRelease.name()));
  }

  private void loading() {
    var errno = TypeAttempts.load(ProgramType.SOCKET_FILTER).errno();
    if (errno == 0) {
      add(Finding.good("loading", "a program was loaded, and taken away again"));
      return;
    }
    var missing = privileges.missing(EnumSet.of(Capability.CAP_BPF));
    add(
        Finding.bad(
            "loading",
            "no program can be loaded: "
                + Errno.describe(errno)
                + (errno == Errno.EPERM ? ": " + privileges.explain(missing) : ""),
            errno == ENOSYS ? "use a kernel with CONFIG_BPF_SYSCALL" : privileges.mend(missing)));
  }

  private void user() {
    var missing =
        privileges.missing(
            EnumSet.of(
                Capability.CAP_BPF,
                Capability.CAP_PERFMON,
                Capability.CAP_NET_ADMIN,
                Capability.CAP_SYS_ADMIN,
                Capability.CAP_SYS_PTRACE,
                Capability.CAP_SYSLOG));
    if (missing.isEmpty()) {
      add(Finding.good("capabilities", "all that programs, tracing and networks want"));
    } else {
      add(
          Finding.limited(
              "capabilities",
              "without " + String.join(", ", missing) + ": " + wanting(missing),
              privileges.mend(missing)));
    }
    if (privileges.userNamespace()) {
      add(
          Finding.limited(
              "user namespace",
              "this is one, whose capabilities do not count for the whole machine",
              "run it outside, or with a token that a bpffs delegates (since 6.9)"));
    }
    if (privileges.seccomp()) {
      add(
          Finding.limited(
              "seccomp",
              "a filter is in force; those of containers refuse bpf(2) and perf_event_open(2)",
              "allow both in the profile of the container"));
    }
    if (!privileges.container().isEmpty()) {
      add(
          Finding.limited(
              "container",
              "this is one (" + privileges.container() + "): it sees its own mounts and processes",
              "mount /sys/fs/bpf and /sys/kernel/tracing of the host into it"));
    }
  }

  private static String wanting(List<String> missing) {
    var wants = new ArrayList<String>();
    for (var capability : missing) {
      switch (capability) {
        case "CAP_BPF" -> wants.add("programs and maps");
        case "CAP_PERFMON" -> wants.add("tracing");
        case "CAP_NET_ADMIN" -> wants.add("hooks of networks");
        case "CAP_SYS_ADMIN" -> wants.add("lists of programs, maps and links");
        case "CAP_SYS_PTRACE" -> wants.add("holders in processes of other users");
        case "CAP_SYSLOG" -> wants.add("addresses of symbols");
        default -> wants.add(capability);
      }
    }
    return "no " + String.join(", no ", wants);
  }

  private void restrictions() {
    switch (privileges.unprivilegedDisabled()) {
      case 0 ->
          add(
              Finding.limited(
                  "unprivileged_bpf_disabled",
                  "0: every user may load socket filters",
                  "sysctl kernel.unprivileged_bpf_disabled=2, if only trusted users should"));
      case 1, 2 ->
          add(
              Finding.good(
                  "unprivileged_bpf_disabled",
                  privileges.unprivilegedDisabled() + ": only with CAP_BPF"));
      default -> {}
    }
    switch (privileges.lockdown()) {
      case "none" -> add(Finding.good("lockdown", "none"));
      case "integrity", "confidentiality" ->
          add(
              Finding.limited(
                  "lockdown",
                  privileges.lockdown()
                      + ": no helper that writes memory of others"
                      + (privileges.lockdown().equals("confidentiality")
                          ? ", none that reads the kernel's"
                          : ""),
                  "boot without lockdown= and, where secure boot sets it, without that"));
      default ->
          add(
              Finding.limited(
                  "lockdown",
                  "nothing says whether the kernel is locked down",
                  "mount -t securityfs securityfs /sys/kernel/security, to see it"));
    }
    var paranoid = read("/proc/sys/kernel/perf_event_paranoid").orElse("");
    var missing = privileges.missing(EnumSet.of(Capability.CAP_PERFMON));
    if (paranoid.matches("-?\\d{1,3}") && Integer.parseInt(paranoid) > 1 && !missing.isEmpty()) {
      add(
          Finding.limited(
              "perf_event_paranoid",
              paranoid + ": no perf events of the kernel without CAP_PERFMON",
              "grant CAP_PERFMON, or sysctl kernel.perf_event_paranoid=1"));
    } else if (!paranoid.isEmpty()) {
      add(Finding.good("perf_event_paranoid", paranoid));
    }
  }

  private void types() {
    add(
        Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"))
            ? Finding.good("BTF", "/sys/kernel/btf/vmlinux")
            : Finding.limited(
                "BTF",
                "the kernel has no types of its own: no CO-RE, no fentry, no iterators",
                "use a kernel with CONFIG_DEBUG_INFO_BTF, or give a file by --btf"));
    var symbols = read("/proc/sys/kernel/kptr_restrict").orElse("0");
    if (!symbols.equals("0")) {
      add(
          Finding.limited(
              "kptr_restrict",
              symbols
                  + ": addresses in /proc/kallsyms are hidden"
                  + (symbols.equals("1") ? " without CAP_SYSLOG" : " from all"),
              "sysctl kernel.kptr_restrict="
                  + (symbols.equals("1") ? "0, or grant CAP_SYSLOG" : "1")));
    }
  }

  private void mounts() {
    mount("bpf", "bpffs", "/sys/fs/bpf", "nothing can be pinned");
    mount(
        "tracefs",
        "tracefs",
        "/sys/kernel/tracing",
        "tracepoints want a privilege more (a mount of our own), and others see nothing of theirs");
    mount("cgroup2", "cgroup v2", "/sys/fs/cgroup", "no programs for cgroups");
    if (privileges.missing(EnumSet.of(Capability.CAP_SYS_ADMIN)).isEmpty()
        || mounts.pointOf("tracefs").isEmpty()) {
      return;
    }
    if (!Files.isReadable(mounts.pointOf("tracefs").get().resolve("events"))) {
      add(
          Finding.limited(
              "tracefs rights",
              "this user may not read it: no tracepoints by name, no trace pipe",
              "run as root, or mount it with a group (-o remount,gid=GROUP,mode=750)"));
    }
  }

  private void mount(String type, String name, String usual, String without) {
    var point = mounts.pointOf(type);
    add(
        point.isPresent()
            ? Finding.good(name, "mounted at " + point.get())
            : Finding.limited(
                name, "not mounted: " + without, "mount -t " + type + " " + type + " " + usual));
  }

  private void limits() {
    // Without a privilege it cannot be tried; then the kernel's age tells.
    var charged =
        KernelFeatures.ofProcess().has(KernelFeature.CGROUP_MEMORY_ACCOUNTING)
            || !KernelRelease.running().isBefore(5, 11);
    var memory = limit("Max locked memory");
    if (charged) {
      add(Finding.good("locked memory", "not charged: maps count for their memory cgroup"));
    } else {
      add(
          memory.equals("unlimited")
              ? Finding.good("locked memory", "unlimited")
              : Finding.limited(
                  "locked memory",
                  "limited to " + memory + " bytes, and this kernel charges maps to it",
                  "ulimit -l unlimited (it is lifted by itself where CAP_SYS_RESOURCE is there)"));
    }
    var files = limit("Max open files");
    add(
        files.matches("\\d{1,9}") && Integer.parseInt(files) < 4096
            ? Finding.limited(
                "open files",
                files + ", of which each map, program and link takes one",
                "ulimit -n 65536")
            : Finding.good("open files", files));
  }

  /// The soft limit.
  private static String limit(String name) {
    return read("/proc/self/limits")
        .orElse("")
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
        .findFirst()
        .orElse("unknown");
  }

  private void probes() {
    add(
        KprobeUnit.type().isPresent()
            ? Finding.good("kprobes", "by perf events")
            : Finding.limited(
                "kprobes",
                "none: " + KprobeUnit.DIRECTORY + " is missing",
                "use tracepoints, or a kernel with CONFIG_KPROBES"));
    add(
        UprobeUnit.find().isPresent()
            ? Finding.good("uprobes", "by perf events")
            : Finding.limited(
                "uprobes", "none: the kernel was built without", "use one with CONFIG_UPROBES"));
    var modules = read("/sys/kernel/security/lsm").orElse("");
    if (!modules.isEmpty() && !List.of(modules.split(",")).contains("bpf")) {
      add(
          Finding.limited(
              "BPF LSM",
              "programs would never run: the security modules are " + modules,
              "boot with lsm=" + modules + ",bpf"));
    }
  }

  private void compiler() {
    // This file is there in the first network namespace only.
    var jit = read("/proc/sys/net/core/bpf_jit_enable").orElse("");
    add(
        switch (jit) {
          case "" ->
              Finding.limited(
                  "JIT",
                  "not told in this network namespace",
                  "look from that of process 1: nsenter -t 1 -n ebpf4j doctor");
          case "0" ->
              Finding.limited(
                  "JIT",
                  "off: programs are interpreted, and kernel functions cannot be called",
                  "sysctl net.core.bpf_jit_enable=1");
          default -> Finding.good("JIT", jit.equals("1") ? "on" : "on, and it prints code");
        });
  }
}
