package org.ebpf4j.vm.coverage;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.vm.coverage.InstructionCoverage.Place;

/// What several JVMs of one run have counted, in a file of the folder that they write to. One JVM
/// after the other adds to it.
final class CoverageFile {
  private static final String DATA = "coverage.data";
  private static final String LOCK = "coverage.lock";
  private static final int MAGIC = 0x62634676;
  private static final int MOST = 1 << 24;

  /// Locks of files are those of a JVM, not of a thread.
  private static final Object IN_THIS_JVM = new Object();

  private final Path directory;
  private final String run;

  /// @param run what the JVMs have in common whose counts are put together; those of another are
  ///   forgotten
  CoverageFile(Path directory, String run) {
    this.directory = directory;
    this.run = run;
  }

  /// What is done with the sum, while no other JVM does so.
  interface Use {
    void with(Coverage sum) throws IOException;
  }

  /// Adds to it.
  ///
  /// @throws IOException where it cannot be read or written, or is no such file
  void add(Coverage more, Use use) throws IOException {
    synchronized (IN_THIS_JVM) {
      try (var channel =
              FileChannel.open(
                  directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        var sum = read().plus(more);
        write(sum);
        use.with(sum);
      }
    }
  }

  private Coverage read() throws IOException {
    var file = directory.resolve(DATA);
    if (!Files.exists(file)) {
      return Coverage.NONE;
    }
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != MAGIC) {
        throw new IOException(file + " is no file of coverage; remove it");
      }
      if (!in.readUTF().equals(run)) {
        return Coverage.NONE;
      }
      var programs = new ArrayList<ProgramCoverage>();
      for (int i = count(in, file); i > 0; i--) {
        programs.add(program(in, file));
      }
      return new Coverage(programs);
    } catch (EOFException e) {
      throw new IOException(file + " is damaged; remove it", e);
    }
  }

  private static int count(DataInputStream in, Path file) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException(file + " is damaged; remove it");
    }
    return count;
  }

  private static ProgramCoverage program(DataInputStream in, Path file) throws IOException {
    var object = in.readUTF();
    var name = in.readUTF();
    var functions = new ArrayList<FunctionCoverage>();
    for (int i = count(in, file); i > 0; i--) {
      functions.add(function(in, file));
    }
    return new ProgramCoverage(object, name, functions);
  }

  private static FunctionCoverage function(DataInputStream in, Path file) throws IOException {
    var object = in.readUTF();
    var name = in.readUTF();
    var all = new ArrayList<InstructionCoverage>();
    for (int i = count(in, file); i > 0; i--) {
      var place =
          new Place(in.readInt(), in.readUTF(), in.readInt(), in.readUTF(), in.readBoolean());
      var executed = in.readLong();
      all.add(
          new InstructionCoverage(
              place,
              executed,
              in.readBoolean()
                  ? Optional.of(new Branch(in.readLong(), in.readLong()))
                  : Optional.empty()));
    }
    if (all.isEmpty()) {
      throw new IOException(file + " is damaged; remove it");
    }
    return new FunctionCoverage(object, name, all);
  }

  private void write(Coverage sum) throws IOException {
    var next = directory.resolve(DATA + ".new");
    try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next)))) {
      out.writeInt(MAGIC);
      out.writeUTF(run);
      out.writeInt(sum.programs().size());
      for (var program : sum.programs()) {
        out.writeUTF(program.object());
        out.writeUTF(program.name());
        out.writeInt(program.functions().size());
        for (var function : program.functions()) {
          write(out, function.object(), function.name(), function.instructions());
        }
      }
    }
    Files.move(next, directory.resolve(DATA), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(
      DataOutputStream out, String object, String name, List<InstructionCoverage> instructions)
      throws IOException {
    out.writeUTF(object);
    out.writeUTF(name);
    out.writeInt(instructions.size());
    for (var instruction : instructions) {
      var place = instruction.place();
      out.writeInt(place.slot());
      out.writeUTF(place.file());
      out.writeInt(place.line());
      out.writeUTF(place.text());
      out.writeBoolean(place.conditional());
      out.writeLong(instruction.executed());
      out.writeBoolean(instruction.branch().isPresent());
      if (instruction.branch().isPresent()) {
        out.writeLong(instruction.branch().get().jumped());
        out.writeLong(instruction.branch().get().passed());
      }
    }
  }
}
