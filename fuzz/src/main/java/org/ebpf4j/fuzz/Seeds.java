package org.ebpf4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;

/// Makes the inputs that fuzzing starts from, out of object files: `DIRECTORY OBJECT…` fills a
/// directory for each target.
public final class Seeds {
  private final Path directory;

  private Seeds(Path directory) {
    this.directory = directory;
  }

  /// Fills the directory.
  public static void main(String[] args) throws IOException {
    var seeds = new Seeds(Path.of(args[0]));
    for (var file : Arrays.asList(args).subList(1, args.length)) {
      seeds.add(Path.of(file));
    }
  }

  private void add(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    var name = Path.of(file.getFileName().toString());
    write("ElfTarget", name.toString(), bytes);
    write("ObjectTarget", name.toString(), bytes);
    var elf = ElfFile.read(file.toString(), bytes);
    elf.section(".BTF")
        .ifPresent(types -> {
          var btf = types.data().copy();
          write("BtfTarget", name.toString(), btf);
          elf.section(".BTF.ext")
              .ifPresent(records -> write("BtfExtTarget", name.toString(), together(btf, records)));
        });
    for (var section : elf.sections()) {
      if (section.executable() && section.data().size() > 0) {
        var code = section.data().copy();
        var seed = ByteBuffer.allocate(1 + code.length);
        seed.put((byte) (elf.order() == ByteOrder.LITTLE_ENDIAN ? 0 : 1)).put(code);
        write("InstructionsTarget", name + "." + section.index(), seed.array());
      }
    }
  }

  private static byte[] together(byte[] types, Section records) {
    var size = 4 + types.length + records.data().size();
    var seed = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    return seed.putInt(types.length).put(types).put(records.data().copy()).array();
  }

  private void write(String target, String name, byte[] bytes) {
    try {
      var place = Files.createDirectories(directory.resolve(target));
      Files.write(place.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
