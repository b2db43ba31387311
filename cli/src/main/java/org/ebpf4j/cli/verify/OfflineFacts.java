package org.ebpf4j.cli.verify;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.ModuleTypes;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.verifier.input.Rules;
import org.jspecify.annotations.Nullable;

/// What is known of a kernel that is not there: its version, and the types of a file.
///
/// @param rules its rules
/// @param given its types; null for none
/// @param config how it was configured
record OfflineFacts(Rules rules, @Nullable Btf given, KernelConfig config) implements KernelFacts {
  /// The types of the kernel that runs here.
  static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");

  private static final Btf NO_TYPES = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN).build();

  private static final int PAGE = 4096;
  private static final int CPUS = 8;

  /// The types of the kernel that runs here, where there are any.
  static Optional<Btf> running() {
    return Files.isReadable(RUNNING) ? Optional.of(TypesFile.read(RUNNING)) : Optional.empty();
  }

  /// Without types, those of a kernel that has none.
  @Override
  public Btf types() {
    return given == null ? NO_TYPES : given;
  }

  /// Refuses a program that is fitted to types where there are none.
  void check(ProgramSpec program) {
    if (given == null && !program.coreRelocations().isEmpty()) {
      throw new BpfException(
          "the program is fitted to the types of a kernel (CO-RE), and there are none\n  try: --btf"
              + " FILE, with the types of such a kernel");
    }
  }

  @Override
  public Optional<NamedFunctions> functions() {
    return Optional.empty();
  }

  @Override
  public List<ModuleTypes> modules() {
    return List.of();
  }

  @Override
  public Map<String, Long> addresses(Set<String> names) {
    var all = new HashMap<String, Long>();
    // Where they are does not matter, as nothing runs.
    names.forEach(name -> all.put(name, 0xffff_ffff_8000_0000L));
    return all;
  }

  @Override
  public boolean has(KernelFeature feature) {
    return true;
  }

  @Override
  public int versionCode() {
    return (rules.version() >> 8) << 16 | (rules.version() & 0xff) << 8;
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public int pageSize() {
    return PAGE;
  }

  @Override
  public int possibleCpus() {
    return CPUS;
  }

  @Override
  public String registers() {
    return "pt_regs";
  }
}
