package org.ebpf4j.program.run;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Link;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.program.jvm.Shape;
import org.ebpf4j.program.jvm.Shapes;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.ProgramArray;

/// Classes that are loaded into a [JvmKernel].
public final class JvmObject implements BpfObject {
  private final JvmKernel kernel;
  private final ObjectSpec spec;
  private final List<Class<?>> classes;
  private final List<JvmMap> maps = new ArrayList<>();
  private final List<JvmLoaded> programs = new ArrayList<>();
  private final Map<String, StaticVariable> variables = new HashMap<>();

  /// A variable of the classes, and its bytes as user space has them.
  private record StaticVariable(Field field, Shape shape, MemorySegment memory) {
    void toField() {
      var value = shape.value(memory.toArray(ValueLayout.JAVA_BYTE));
      try {
        if (shape.changes()) {
          shape.readInto(field.get(null), Shape.wrap(shape.bytes(value)), 0);
        } else if (!Modifier.isFinal(field.getModifiers())) {
          field.set(null, value);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("field " + field + " cannot be set", e);
      }
    }

    void fromField() {
      try {
        memory.copyFrom(MemorySegment.ofArray(shape.bytes(field.get(null))));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("field " + field + " cannot be read", e);
      }
    }
  }

  JvmObject(JvmKernel kernel, ObjectSpec spec, List<Class<?>> classes) {
    this.kernel = kernel;
    this.spec = spec;
    this.classes = List.copyOf(classes);
    addMaps();
    addVariables();
    for (var program : spec.programs()) {
      if (program.autoload()) {
        programs.add(
            new JvmLoaded(kernel, this, program, JvmProgram.of(this.classes, program.name())));
      }
    }
  }

  private Stream<Field> fields() {
    return classes.stream()
        .flatMap(c -> Stream.concat(Stream.of(c), Stream.of(c.getNestMembers())))
        .distinct()
        .flatMap(c -> Stream.of(c.getDeclaredFields()))
        .filter(f -> Modifier.isStatic(f.getModifiers()));
  }

  private Optional<Field> field(String name) {
    return fields().filter(f -> f.getName().equals(name)).findFirst();
  }

  private void addMaps() {
    for (var map : spec.maps()) {
      if (map.name().startsWith(".")) {
        continue;
      }
      var field =
          field(map.name())
              .orElseThrow(() ->
                  new NotFoundException(
                      "map",
                      map.name(),
                      fields()
                          .filter(f -> BpfMap.class.isAssignableFrom(f.getType()))
                          .map(Field::getName)
                          .toList()));
      var declared = declared(field);
      declared.onJvm().clear();
      var shape =
          MapShape.of(
              map.type(),
              map.keySize(),
              map.valueSize(),
              map.maxEntries(),
              kernel.environment().cpus());
      maps.add(JvmMap.of(kernel, map.name(), shape, MapTypes.of(map, spec.types()), declared));
      resolve(declared);
    }
  }

  private static BpfMap declared(Field field) {
    try {
      field.setAccessible(true);
      if (field.get(null) instanceof BpfMap map) {
        return map;
      }
    } catch (IllegalAccessException e) {
      throw new BpfException("field " + field + " cannot be read", e);
    }
    throw new BpfException("field " + field + " is no map");
  }

  /// Says what the numbers are that user space puts into maps of kernel objects.
  @SuppressWarnings("unchecked") // The type of the map says what is in it.
  private void resolve(BpfMap map) {
    if (map instanceof ProgramArray array) {
      array.onJvm().resolver(id -> kernel.openProgram(id).name());
    } else if (map.inner() != null) {
      ((SlotStore<BpfMap>) map.onJvm()).resolver(id -> ((JvmMap) kernel.openMap(id)).declared());
    } else if (map.onJvm() instanceof SlotStore<?> store) {
      ((SlotStore<Integer>) store).resolver(id -> id);
    }
  }

  private void addVariables() {
    for (var variable : spec.variables()) {
      var field = field(variable.name());
      if (field.isPresent()) {
        var shape = Shapes.ofStatic(field.get());
        var memory = MemorySegment.ofArray(new long[Math.ceilDiv(variable.size(), 8)]);
        var bytes = spec.variableBytes(variable.name());
        memory.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        variables.put(
            variable.name(),
            new StaticVariable(field.get(), shape, memory.asSlice(0, variable.size())));
      }
    }
    variablesToFields();
  }

  /// Has the classes see what user space wrote.
  void variablesToFields() {
    variables.values().forEach(StaticVariable::toField);
  }

  /// Has user space see what programs wrote.
  void fieldsToVariables() {
    variables.values().forEach(StaticVariable::fromField);
  }

  @Override
  public ObjectSpec spec() {
    return spec;
  }

  @Override
  public List<? extends BpfProgram> programs() {
    return List.copyOf(programs);
  }

  @Override
  public List<? extends RawMap> maps() {
    return List.copyOf(maps);
  }

  @Override
  public Map<String, BpfException> failures() {
    return Map.of();
  }

  @Override
  public BpfVariable variable(String name) {
    var variable = spec.variable(name);
    var found = variables.get(name);
    if (found == null) {
      throw new UnsupportedFeatureException(
          "parts of variables",
          null,
          "the kernel of plain Java has no variable '" + name + "' but those of static fields");
    }
    return new BpfVariable(variable, found.memory(), spec.types().orElseThrow());
  }

  @Override
  public Link register(String map) {
    throw none();
  }

  @Override
  public void register(String map, Link link) {
    throw none();
  }

  private static UnsupportedFeatureException none() {
    return new UnsupportedFeatureException(
        "struct_ops", null, "the kernel of plain Java has no struct_ops");
  }

  @Override
  public void close() {
    maps.forEach(JvmMap::close);
    programs.forEach(JvmLoaded::close);
  }
}
