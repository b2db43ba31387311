package org.ebpf4j.program.internal.front;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.program.internal.ir.Refusal;

/// The classes of one compilation and their class files.
public final class Classes {
  private final ClassLoader loader;
  private final Map<Class<?>, Model> models = new HashMap<>();

  /// A class file, with its methods by name and descriptor.
  record Model(ClassModel file, String source, Map<String, MethodModel> methods) {}

  public Classes(ClassLoader loader) {
    this.loader = loader;
  }

  /// The class of that name, as class files write it (`org/example/Hello`); it is not initialised.
  Class<?> find(String internalName) {
    try {
      return Class.forName(internalName.replace('/', '.'), false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new Refusal("class " + internalName.replace('/', '.') + " cannot be loaded: " + e, "");
    }
  }

  /// The class of a descriptor.
  Class<?> find(ClassDesc desc) {
    if (desc.isPrimitive()) {
      return switch (desc.descriptorString().charAt(0)) {
        case 'Z' -> boolean.class;
        case 'B' -> byte.class;
        case 'S' -> short.class;
        case 'C' -> char.class;
        case 'I' -> int.class;
        case 'J' -> long.class;
        case 'F' -> float.class;
        case 'D' -> double.class;
        default -> void.class;
      };
    }
    if (desc.isArray()) {
      return find(desc.componentType()).arrayType();
    }
    var text = desc.descriptorString();
    return find(text.substring(1, text.length() - 1));
  }

  Model model(Class<?> type) {
    var known = models.get(type);
    if (known == null) {
      known = read(type);
      models.put(type, known);
    }
    return known;
  }

  private static Model read(Class<?> type) {
    var name = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (var in = type.getResourceAsStream(name)) {
      if (in == null) {
        throw new Refusal(
            "the class file of " + type.getName() + " cannot be found", "give its bytes");
      }
      var file = ClassFile.of().parse(in.readAllBytes());
      var methods = new HashMap<String, MethodModel>();
      for (var method : file.methods()) {
        methods.put(method.methodName().stringValue() + method.methodType().stringValue(), method);
      }
      var source =
          file.findAttribute(Attributes.sourceFile())
              .map(a -> a.sourceFile().stringValue())
              .orElse(type.getSimpleName() + ".java");
      return new Model(file, source, methods);
    } catch (IOException | IllegalArgumentException e) {
      throw new Refusal("the class file of " + type.getName() + " cannot be read: " + e, "");
    }
  }

  /// The source file of a class, such as `Hello.java`.
  public String source(Class<?> type) {
    return model(type).source();
  }

  MethodModel method(Class<?> type, String name, String descriptor) {
    var method = model(type).methods().get(name + descriptor);
    if (method == null) {
      var above = type.getSuperclass();
      if (above != null && above != Object.class) {
        return method(above, name, descriptor);
      }
      throw new Refusal("no code of " + type.getSimpleName() + "." + name, "");
    }
    return method;
  }

  /// The methods of a class in the order of its file.
  public List<Method> methods(Class<?> type) {
    var all = type.getDeclaredMethods();
    return model(type).file().methods().stream()
        .flatMap(m -> List.of(all).stream().filter(r -> matches(r, m)))
        .toList();
  }

  private static boolean matches(Method method, MethodModel model) {
    return model.methodName().equalsString(method.getName())
        && model.methodType().equalsString(descriptor(method));
  }

  static String descriptor(Method method) {
    return java.lang.invoke.MethodType.methodType(
            method.getReturnType(), method.getParameterTypes())
        .descriptorString();
  }

  /// The method of that name and descriptor, of the class or one above it.
  static Method find(Class<?> type, String name, String descriptor) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (var method : at.getDeclaredMethods()) {
        if (method.getName().equals(name) && descriptor(method).equals(descriptor)) {
          return method;
        }
      }
    }
    for (var method : type.getMethods()) {
      if (method.getName().equals(name) && descriptor(method).equals(descriptor)) {
        return method;
      }
    }
    throw new Refusal("no method " + type.getSimpleName() + "." + name, "");
  }

  /// The fields of objects of a class, in the order of its file.
  static List<Field> fields(Class<?> type, Model model) {
    return model.file().fields().stream()
        .filter(f -> !f.flags().has(java.lang.reflect.AccessFlag.STATIC))
        .map(f -> field(type, f))
        .toList();
  }

  private static Field field(Class<?> type, FieldModel model) {
    return field(type, model.fieldName().stringValue());
  }

  static Field field(Class<?> type, String name) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      try {
        return at.getDeclaredField(name);
      } catch (NoSuchFieldException _) {
        // It may be one of the class above.
      }
    }
    throw new Refusal("no field " + type.getSimpleName() + "." + name, "");
  }
}
