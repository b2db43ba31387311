import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// `ModernClasses OLD.jar NEW.jar`: gives the classes of a jar the format of Java 21, with the stack
/// maps that it wants. The JVM's cache of loaded and linked classes takes none of the format before
/// Java 6, as those of picocli are; and those are verified the slow way.
final class ModernClasses {
  private static final int JAVA_21 = 65;

  private ModernClasses() {}

  public static void main(String[] args) throws IOException {
    try (var old = new ZipFile(args[0]);
        var fresh = new ZipOutputStream(Files.newOutputStream(Path.of(args[1])))) {
      var resolver = ClassHierarchyResolver.ofResourceParsing(type -> open(old, type));
      var format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
      var change =
          ClassTransform.endHandler(type -> type.withVersion(JAVA_21, 0))
              .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));
      for (var entry : Collections.list(old.entries())) {
        byte[] bytes;
        try (var stream = old.getInputStream(entry)) {
          bytes = stream.readAllBytes();
        }
        var name = entry.getName();
        if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
          bytes = format.transformClass(format.parse(bytes), change);
        }
        fresh.putNextEntry(new ZipEntry(name));
        fresh.write(bytes);
        fresh.closeEntry();
      }
    }
  }

  /// The bytes of a class of the jar or of the JDK; null where neither has it.
  private static InputStream open(ZipFile jar, ClassDesc type) {
    var descriptor = type.descriptorString();
    var name = descriptor.substring(1, descriptor.length() - 1) + ".class";
    var entry = jar.getEntry(name);
    try {
      return entry == null
          ? ClassLoader.getSystemResourceAsStream(name)
          : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
