package org.ebpf4j.vm.internal.program;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.internal.helper.CodeHolder;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.KeptProgram;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.map.StorageContent;
import org.ebpf4j.vm.internal.map.Store;
import org.jspecify.annotations.Nullable;

/// A program as it lives in the kernel, for as long as something refers to it. It holds its maps.
public final class LoadedCode extends Kept implements CodeHolder, KeptProgram {
  private final ProgramSpec spec;
  private final ProgramType type;
  private final Optional<Btf> types;
  private final Code code;
  private final List<? extends Kept> maps;
  private final Registry registry;
  private final Memory memory;
  private final List<Region> kept = new CopyOnWriteArrayList<>();
  private volatile ProgramVerifier.@Nullable Judgement judgement;
  private final LongAdder runs = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /// @param types the types of its object
  public LoadedCode(
      ProgramSpec spec,
      ProgramType type,
      Optional<Btf> types,
      Code code,
      List<? extends Kept> maps,
      Registry registry,
      Memory memory) {
    super(Kind.PROGRAM, registry.newId(Kind.PROGRAM));
    this.spec = spec;
    this.type = type;
    this.types = types;
    this.code = code;
    this.maps = List.copyOf(maps);
    this.registry = registry;
    this.memory = memory;
    this.maps.forEach(registry::hold);
    memory.add(code.place());
    code.setOwner(this);
  }

  /// The program that code is of; empty where it is of none.
  public static Optional<LoadedCode> of(Code code) {
    return code.owner() instanceof LoadedCode loaded ? Optional.of(loaded) : Optional.empty();
  }

  @Override
  public String name() {
    return spec.name();
  }

  public ProgramSpec spec() {
    return spec;
  }

  @Override
  public ProgramType type() {
    return type;
  }

  /// The types of its object.
  public Optional<Btf> types() {
    return types;
  }

  @Override
  public Optional<AttachType> attachType() {
    return spec.attachType();
  }

  @Override
  public Code code() {
    return code;
  }

  /// Refuses a place that takes no programs of its type.
  ///
  /// @throws org.ebpf4j.error.WrongHookException where it takes none
  public void checkFits(AttachPoint point) {
    HookKind.of(point)
        .check(
            "program '" + name() + "' cannot be attached to " + point.describe(),
            point,
            type,
            spec.attachType());
  }

  /// Takes what a verifier said of it.
  public void judged(ProgramVerifier.Judgement said) {
    judgement = said;
  }

  /// What a verifier said of it; empty where none was asked.
  public Optional<ProgramVerifier.Judgement> judgement() {
    return Optional.ofNullable(judgement);
  }

  /// Keeps memory that is gone with the program.
  public void keep(Region region) {
    kept.add(region);
  }

  /// The map of a name that it uses; empty where it uses none.
  public Optional<Store> map(String name) {
    return maps.stream()
        .filter(map -> map instanceof Store && map.name().equals(name))
        .map(Store.class::cast)
        .findFirst();
  }

  /// Makes the values that its storages of cgroups have for an attachment.
  public void attachStorages(byte[] attachment) {
    for (var map : maps) {
      if (map instanceof Store store
          && store.content() instanceof StorageContent.OfCgroups storage) {
        synchronized (store) {
          storage.attach(attachment);
        }
      }
    }
  }

  public void count(int ended, long time) {
    runs.add(ended);
    nanos.add(time);
  }

  public ProgramStatistics statistics() {
    return new ProgramStatistics(runs.sum(), Duration.ofNanos(nanos.sum()), 0);
  }

  @Override
  public List<Held> held() {
    return maps.stream().map(map -> new Held(map, "")).toList();
  }

  @Override
  protected void released() {
    memory.remove(code.place());
    kept.forEach(memory::remove);
    maps.forEach(registry::release);
  }
}
