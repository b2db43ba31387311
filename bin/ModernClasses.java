import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// `ModernClasses FOLDER`: changes the classes of the jars in a folder so that programs start
/// faster.
///
/// - Those of a format before Java 6, as picocli's are, get that of Java 21, with the stack maps
///   that it wants: they are verified the slow way, and the JVM's cache of loaded and linked
///   classes takes none of them.
/// - Switches over types, which the JVM would spin code for when they are first run, become
///   comparisons in a method of the class.
final class ModernClasses {
  private static final int JAVA_6 = 50;
  private static final int JAVA_21 = 65;
  private static final int PRIVATE_STATIC_SYNTHETIC =
      ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
  private static final MethodTypeDesc SWITCH =
      MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_Object, ConstantDescs.CD_int);

  private ModernClasses() {}

  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    List<Path> jars;
    try (var files = Files.list(folder)) {
      jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
    }
    var paths = new URL[jars.size()];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = jars.get(i).toUri().toURL();
    }
    try (var classes = new URLClassLoader(paths)) {
      var resolver =
          ClassHierarchyResolver.ofResourceParsing(type -> classes.getResourceAsStream(name(type)));
      for (var jar : jars) {
        change(jar, resolver);
      }
    }
  }

  /// Changes the classes of a jar, or, if that fails, leaves it as it is.
  private static void change(Path jar, ClassHierarchyResolver resolver) throws IOException {
    var changed = jar.resolveSibling(jar.getFileName() + ".new");
    try (var old = new ZipFile(jar.toFile());
        var fresh = new ZipOutputStream(Files.newOutputStream(changed))) {
      for (var entry : Collections.list(old.entries())) {
        byte[] bytes;
        try (var stream = old.getInputStream(entry)) {
          bytes = stream.readAllBytes();
        }
        var name = entry.getName();
        if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
          bytes = modern(bytes, resolver);
        }
        fresh.putNextEntry(new ZipEntry(name));
        fresh.write(bytes);
        fresh.closeEntry();
      }
    } catch (RuntimeException e) {
      System.err.println(jar + " stays as it is: " + e);
      Files.delete(changed);
      return;
    }
    Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String name(ClassDesc type) {
    var descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1) + ".class";
  }

  private static byte[] modern(byte[] bytes, ClassHierarchyResolver resolver) {
    var type = ClassFile.of().parse(bytes);
    if (type.majorVersion() >= JAVA_6) {
      return withoutSwitches(type, bytes, resolver);
    }
    var format =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
    return format.transformClass(
        type,
        ClassTransform.endHandler(all -> all.withVersion(JAVA_21, 0))
            .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  private static byte[] withoutSwitches(
      ClassModel type, byte[] bytes, ClassHierarchyResolver resolver) {
    var isInterface = (type.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
    var self = type.thisClass().asSymbol();
    var switches = new ArrayList<List<ClassDesc>>();
    CodeTransform calls =
        (code, element) -> {
          if (element instanceof InvokeDynamicInstruction spun && isTypeSwitch(spun)) {
            code.invokestatic(self, "typeSwitch$" + switches.size(), SWITCH, isInterface);
            switches.add(spun.bootstrapArgs().stream().map(label -> (ClassDesc) label).toList());
          } else {
            code.with(element);
          }
        };
    var changed =
        ClassFile.of(ClassHierarchyResolverOption.of(resolver))
            .transformClass(
                type,
                ClassTransform.transformingMethodBodies(calls)
                    .andThen(
                        ClassTransform.endHandler(all -> {
                          for (int i = 0; i < switches.size(); i++) {
                            var labels = switches.get(i);
                            all.withMethodBody(
                                "typeSwitch$" + i,
                                SWITCH,
                                PRIVATE_STATIC_SYNTHETIC,
                                code -> compare(code, labels));
                          }
                        })));
    return switches.isEmpty() ? bytes : changed;
  }

  /// Whether it is a switch over types alone, without constants among its labels.
  private static boolean isTypeSwitch(InvokeDynamicInstruction spun) {
    var method = spun.bootstrapMethod();
    return method.owner().descriptorString().equals("Ljava/lang/runtime/SwitchBootstraps;")
        && method.methodName().equals("typeSwitch")
        && spun.typeSymbol().returnType().equals(ConstantDescs.CD_int)
        && !spun.typeSymbol().parameterType(0).isPrimitive()
        && spun.bootstrapArgs().stream().allMatch(ModernClasses::isClass);
  }

  private static boolean isClass(ConstantDesc label) {
    return label instanceof ClassDesc type && !type.isPrimitive();
  }

  /// As `SwitchBootstraps.typeSwitch` says: -1 for null, else the number of the first label, from
  /// the second argument on, whose type the object has, or how many labels there are.
  private static void compare(CodeBuilder code, List<ClassDesc> labels) {
    var some = code.newLabel();
    code.aload(0).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
    for (int i = 0; i < labels.size(); i++) {
      var next = code.newLabel();
      code.iload(1).loadConstant(i).if_icmpgt(next);
      code.aload(0).instanceOf(labels.get(i)).ifeq(next).loadConstant(i).ireturn();
      code.labelBinding(next);
    }
    code.loadConstant(labels.size()).ireturn();
  }
}
