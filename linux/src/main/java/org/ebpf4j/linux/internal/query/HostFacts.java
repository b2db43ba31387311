package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.host.RunningConfig;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.ModuleTypes;
import org.jspecify.annotations.Nullable;

/// The facts of the running kernel, each found out when it is first asked for. The descriptors of
/// the modules' types stay open until it is closed, because instructions name them. For one load,
/// and not for several threads.
public final class HostFacts implements KernelFacts, AutoCloseable {
  private final KernelTypes running = new KernelTypes();
  private @Nullable List<ModuleTypes> modules;
  private @Nullable KernelConfig config;

  /// {@inheritDoc}
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel does not say what they
  ///   are
  @Override
  public Btf types() {
    return running.kernel();
  }

  @Override
  public List<ModuleTypes> modules() {
    if (modules == null) {
      modules = running.loaded().stream().map(m -> new ModuleTypes(m.name(), m.types())).toList();
    }
    return modules;
  }

  /// The descriptor of the types of a module, or 0 for an empty name, which stands for the kernel
  /// itself. It is open until this is closed.
  public int moduleFd(String name) {
    if (name.isEmpty()) {
      return 0;
    }
    return running.loaded().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .map(m -> m.fd().number())
        .orElseThrow(() ->
            new NotFoundException(
                "module", name, running.loaded().stream().map(KernelTypes.Module::name).toList()));
  }

  @Override
  public Map<String, Long> addresses(Set<String> names) {
    return KernelSymbols.addresses(names).byName();
  }

  @Override
  public KernelConfig config() {
    if (config == null) {
      config = RunningConfig.read();
    }
    return config;
  }

  @Override
  public boolean has(KernelFeature feature) {
    return KernelFeatures.ofProcess().has(feature);
  }

  @Override
  public int versionCode() {
    return KernelRelease.versionCode();
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.nativeOrder();
  }

  @Override
  public int pageSize() {
    return Pages.size();
  }

  @Override
  public int possibleCpus() {
    return Cpus.possible();
  }

  @Override
  public String registers() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64", "loongarch64" -> "user_pt_regs";
      case "riscv64", "s390x" -> "user_regs_struct";
      default -> "pt_regs";
    };
  }

  @Override
  public void close() {
    running.close();
    modules = null;
  }
}
