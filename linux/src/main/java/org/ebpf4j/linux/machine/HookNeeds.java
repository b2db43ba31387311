package org.ebpf4j.linux.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.host.KprobeUnit;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.host.RunningConfig;
import org.ebpf4j.linux.internal.host.UprobeUnit;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.probe.TypeAttempts;
import org.ebpf4j.linux.internal.probe.TypeAttempts.Attempt;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFeature;

/// What a kind of hook wants of the machine besides a program that loads.
final class HookNeeds {
  /// A function that each kernel with types has, and that may be traced.
  private static final String FUNCTION = "vfs_read";

  private HookNeeds() {}

  /// What comes of loading a program for the kind, where its type alone does not say.
  static Optional<Attempt> load(HookKind kind) {
    return switch (kind.name()) {
      case "fentry" -> Optional.of(traced(AttachType.TRACE_FENTRY, FUNCTION));
      case "fexit" -> Optional.of(traced(AttachType.TRACE_FEXIT, FUNCTION));
      case "fsession" -> Optional.of(traced(AttachType.TRACE_FSESSION, FUNCTION));
      case "fmod_ret" -> Optional.of(traced(AttachType.MODIFY_RETURN, "security_file_open"));
      case "iter" -> Optional.of(traced(AttachType.TRACE_ITER, "bpf_iter_task"));
      case "lsm" ->
          Optional.of(
              TypeAttempts.onFunction(ProgramType.LSM, AttachType.LSM_MAC, "bpf_lsm_file_open"));
      default -> Optional.empty();
    };
  }

  private static Attempt traced(AttachType place, String function) {
    return TypeAttempts.onFunction(ProgramType.TRACING, place, function);
  }

  /// What is missing; empty where nothing that is looked at is.
  static Optional<String> missing(HookKind kind) {
    if (!kind.isAttachable()) {
      return Optional.of("this library does not attach to it yet");
    }
    return switch (kind.name()) {
      case "tracepoint" ->
          KernelFeatures.ofProcess().has(KernelFeature.PERF_LINKS) || hasTracefs()
              ? when(hasTracefs() || mayMount(), "tracefs is not mounted, which has their numbers")
              : Optional.of("neither links on perf events nor tracefs");
      case "kprobe", "kretprobe", "ksyscall", "kretsyscall" ->
          when(
              KprobeUnit.type().isPresent() || exists("kprobe_events"),
              "this kernel has no kprobes: built without CONFIG_KPROBES");
      case "kprobe.multi", "kretprobe.multi" -> feature(KernelFeature.KPROBE_MULTI, "5.18");
      case "kprobe.session" -> feature(KernelFeature.KPROBE_SESSION, "6.10");
      case "uprobe", "uretprobe", "usdt" ->
          when(
              UprobeUnit.find().isPresent() || exists("uprobe_events"),
              "this kernel has no uprobes: built without CONFIG_UPROBES");
      case "uprobe.multi", "uretprobe.multi", "uprobe.session" ->
          feature(KernelFeature.UPROBE_MULTI, "6.6");
      case "lsm", "lsm_cgroup" -> modules();
      case "cgroup" ->
          when(
              Mounts.read().pointOf("cgroup2").isPresent(),
              "cgroup v2 is not mounted: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
      case "netkit" -> configured("CONFIG_NETKIT");
      case "tcx" -> configured("CONFIG_NET_XGRESS");
      case "netfilter" -> configured("CONFIG_NETFILTER_BPF_LINK");
      case "lirc_mode2" -> configured("CONFIG_BPF_LIRC_MODE2");
      case "lwt" -> configured("CONFIG_LWTUNNEL_BPF");
      default -> Optional.empty();
    };
  }

  private static Optional<String> when(boolean there, String otherwise) {
    return there ? Optional.empty() : Optional.of(otherwise);
  }

  private static Optional<String> feature(KernelFeature feature, String since) {
    return when(
        KernelFeatures.ofProcess().has(feature),
        "this kernel makes no such links: it is older than " + since + ", or built without");
  }

  private static boolean hasTracefs() {
    return Mounts.read().pointOf("tracefs").isPresent();
  }

  /// Without a mount that others see, a process with this privilege makes one of its own.
  private static boolean mayMount() {
    return Privileges.read().missing(EnumSet.of(Privileges.Capability.CAP_SYS_ADMIN)).isEmpty();
  }

  private static boolean exists(String file) {
    return Mounts.read().pointOf("tracefs").filter(p -> Files.exists(p.resolve(file))).isPresent();
  }

  /// Whether the kernel's configuration has it; where that cannot be read, it counts as there.
  private static Optional<String> configured(String name) {
    KernelConfig config;
    try {
      config = RunningConfig.read();
    } catch (BpfException _) {
      return Optional.empty();
    }
    return when(
        config.values().isEmpty()
            || config.value(name).filter(v -> v.equals("y") || v.equals("m")).isPresent(),
        "this kernel was built without " + name);
  }

  private static Optional<String> modules() {
    try {
      var modules = Files.readString(Path.of("/sys/kernel/security/lsm")).strip();
      return when(
          List.of(modules.split(",")).contains("bpf"),
          "it would never run: the security modules are " + modules + "; boot with lsm=…,bpf");
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
