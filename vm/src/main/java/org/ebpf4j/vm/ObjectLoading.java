package org.ebpf4j.vm;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.MapCompatibility;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.map.ArenaContent;
import org.ebpf4j.vm.internal.map.Content;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.StoreAccess;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.internal.program.LoadedCode;

/// The loading of one object: its maps, then its programs. What was made is given back where
/// something fails.
final class ObjectLoading {
  private static final String CONFIG = ".kconfig";

  private final VirtualKernel kernel;
  private final LoadOptions options;
  private final KernelFacts facts;
  private final FittedObject fitted;
  private final List<VirtualMap> maps = new ArrayList<>();
  private final List<VirtualProgram> programs = new ArrayList<>();
  private final List<Path> pins = new ArrayList<>();
  private final Set<String> found = new HashSet<>();
  private final Map<String, BpfException> failures = new LinkedHashMap<>();

  ObjectLoading(VirtualKernel kernel, ObjectSpec spec, LoadOptions options) {
    this.kernel = kernel;
    this.options = options;
    if (spec.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedFeatureException(
          "big-endian objects",
          null,
          spec.name() + " is for a big-endian machine; the virtual kernel is a little-endian one");
    }
    this.facts =
        kernel.facts(options.types().map(TypesFile::read).or(kernel::types).or(spec::types));
    this.fitted =
        FittedObject.of(spec, facts, new FitOptions(options.config(), Optional.empty(), Map.of()));
  }

  VirtualObject load() {
    try {
      makeMaps();
      fitted.failures().forEach(this::failed);
      for (var program : fitted.programs()) {
        try {
          programs.add(load(program));
        } catch (BpfException e) {
          failed(program.program().name(), e);
        }
      }
      fillArraysOfPrograms();
    } catch (RuntimeException | Error e) {
      var all = new ArrayList<AutoCloseable>(maps);
      all.addAll(programs);
      pins.forEach(pin -> all.add(() -> kernel.unpin(pin)));
      Closing.after(e, all);
      throw e;
    }
    return new VirtualObject(kernel, fitted.spec(), maps, programs, failures);
  }

  private void failed(String program, BpfException reason) {
    if (!options.keepGoing()) {
      throw reason;
    }
    failures.put(program, reason);
  }

  private void makeMaps() {
    for (var spec : fitted.spec().maps()) {
      if (MapFitting.isCreated(spec, facts)) {
        maps.add(map(spec));
      }
    }
    for (var spec : fitted.spec().maps()) {
      if (spec.type() != MapType.PROG_ARRAY.number() && !options.maps().containsKey(spec.name())) {
        spec.slots().forEach((index, name) -> put(find(spec.name()), index, find(name).number()));
      }
    }
  }

  private VirtualMap map(MapSpec spec) {
    var given = options.maps().get(spec.name());
    if (given != null) {
      var own = OwnObjects.own(given);
      check(spec, own.store(), "the map that was given for it");
      return own.duplicate(spec.name());
    }
    var pin = pin(spec);
    if (pin.isPresent() && kernel.registry().findPin(pin.get()) != null) {
      return pinned(spec, pin.get());
    }
    var types = MapTypes.of(spec, fitted.spec().types());
    var store = kernel.stores().create(sized(spec), types, fitted.spec().types());
    var map = kernel.open(spec.name(), store, StoreAccess.ofCreator(spec.name(), store), types);
    store.describe(facts.types());
    try {
      fill(store, spec);
      if (pin.isPresent()) {
        map.pin(pin.get());
        pins.add(pin.get());
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, List.of(map));
      throw e;
    }
    return map;
  }

  /// A struct of functions has the size that the kernel's has.
  private MapSpec sized(MapSpec spec) {
    var operations = fitted.structOps().get(spec.name());
    return operations == null ? spec : spec.withValueSize(operations.layout().valueSize());
  }

  private VirtualMap pinned(MapSpec spec, Path pin) {
    var map = kernel.openMap(pin);
    try {
      check(spec, map.store(), "the map pinned at " + pin);
      found.add(spec.name());
      return map.renamed(spec.name());
    } catch (RuntimeException | Error e) {
      Closing.after(e, List.of(map));
      throw e;
    }
  }

  private void check(MapSpec spec, Store there, String what) {
    var is = there.spec();
    MapCompatibility.check(
        spec,
        new MapCompatibility.Existing(
            there.id(),
            is.type(),
            is.keySize(),
            is.valueSize(),
            is.maxEntries(),
            is.flags(),
            is.extra()),
        what,
        facts);
  }

  private Optional<Path> pin(MapSpec spec) {
    // As on Linux, whose bpffs takes no dots in names.
    return spec.pinByName()
        ? Optional.of(options.pins().resolve(spec.name().replace('.', '_')))
        : Optional.empty();
  }

  private void fill(Store store, MapSpec spec) {
    var image =
        spec.name().equals(CONFIG)
            ? Optional.of(fitted.config(spec.valueSize()))
            : spec.content().map(bytes -> bytes.toArray());
    if (store.content() instanceof ArenaContent arena) {
      image.ifPresent(bytes -> arena.fill(MapFitting.arenaOffset(spec, facts), bytes));
      return;
    }
    image.ifPresent(bytes ->
        store.locked(() ->
            store
                .content()
                .put(
                    new byte[spec.keySize()],
                    Arrays.copyOf(bytes, spec.valueSize()),
                    Content.ANY)));
    if (spec.frozen()) {
      store.freeze();
    }
  }

  private VirtualMap find(String name) {
    return maps.stream()
        .filter(map -> map.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new BpfException("map '" + name + "' is wanted, and not created"));
  }

  private static void put(VirtualMap holder, int index, int number) {
    holder.update(Values.u32(index), Values.u32(number));
  }

  private void fillArraysOfPrograms() {
    for (var spec : fitted.spec().maps()) {
      if (spec.type() == MapType.PROG_ARRAY.number()
          && !options.maps().containsKey(spec.name())
          && MapFitting.isCreated(spec, facts)) {
        spec.slots()
            .forEach((index, name) ->
                programs.stream()
                    .filter(program -> program.name().equals(name))
                    .findFirst()
                    .ifPresent(p -> put(find(spec.name()), index, p.number())));
      }
    }
  }

  private long arenaOffset(Store store) {
    return store.content() instanceof ArenaContent
        ? MapFitting.arenaOffset(store.spec(), facts)
        : 0;
  }

  private VirtualProgram load(FittedProgram program) {
    var spec = program.program();
    var type =
        spec.type()
            .orElseThrow(() ->
                new BpfException(
                    "program '"
                        + spec.name()
                        + "': section '"
                        + spec.section()
                        + "' does not say its type"));
    Code code;
    try {
      code = new Code(spec.name(), program.instructions());
    } catch (IllegalArgumentException e) {
      throw new BpfException("program '" + spec.name() + "': " + e.getMessage(), e);
    }
    var held = new ArrayList<Store>();
    for (var reference : spec.mapReferences()) {
      var store = find(reference.map()).store();
      held.add(store);
      code.setImmediate(
          reference.slot(),
          reference.value()
              ? store.valueAddress() + reference.offset() + arenaOffset(store)
              : store.address());
      if (store.content() instanceof ArenaContent arena) {
        code.setArena(arena.base());
      }
    }
    for (var slot : program.configSlots()) {
      var store = find(CONFIG).store();
      held.add(store);
      code.setImmediate(
          slot, store.valueAddress() + Slot.imm(program.instructions().slot(slot + 1)));
    }
    new CodeLinking(kernel, fitted, program, code).link(type);
    var judgement = kernel.verifier().map(verifier -> judge(verifier, program));
    judgement.ifPresent(ObjectLoading::throwRefusal);
    kernel.counts().add(fitted.spec().name(), spec, code);
    var loaded =
        new LoadedCode(
            spec,
            type,
            fitted.spec().types(),
            code,
            held.stream().distinct().toList(),
            kernel.registry(),
            kernel.regions());
    CodeLinking.linkPlaces(program, code, kernel.regions()).forEach(loaded::keep);
    kernel.execution().setUp(code);
    judgement.ifPresent(loaded::judged);
    return new VirtualProgram(kernel, loaded);
  }

  private ProgramVerifier.Judgement judge(ProgramVerifier verifier, FittedProgram program) {
    var known = new HashMap<String, MapSpec>();
    for (var map : maps) {
      if (!map.name().equals(CONFIG)) {
        known.put(map.name(), inKernel(map));
      }
    }
    return verifier.judge(
        new ProgramVerifier.Candidate(
            fitted,
            program,
            facts,
            known,
            kernel.rules(),
            options.types().isPresent() || kernel.types().isPresent()));
  }

  /// A map as it is in the kernel. What is in one that was there before is not known.
  private MapSpec inKernel(VirtualMap map) {
    var own = fitted.spec().map(map.name());
    boolean made = !options.maps().containsKey(map.name()) && !found.contains(map.name());
    return made
        ? own
        : own.toBuilder().maxEntries(map.store().spec().maxEntries()).frozen(false).build();
  }

  private static void throwRefusal(ProgramVerifier.Judgement judgement) {
    if (judgement instanceof ProgramVerifier.Refused(var reason)) {
      throw reason;
    }
  }
}
