package org.ebpf4j.verifierlog;

import java.util.List;
import java.util.Optional;

/// What is known of a program besides the log of its verification.
public interface ProgramCode {
  /// Nothing.
  ProgramCode UNKNOWN =
      new ProgramCode() {
        @Override
        public Optional<SourceLine> line(int slot) {
          return Optional.empty();
        }

        @Override
        public Optional<String> instruction(int slot) {
          return Optional.empty();
        }

        @Override
        public List<SourceLine> lines() {
          return List.of();
        }
      };

  /// The line of C that an instruction came from.
  ///
  /// @param slot the instruction, in slots of 8 bytes
  Optional<SourceLine> line(int slot);

  /// An instruction as text; empty where the program has none there.
  ///
  /// @param slot the instruction, in slots of 8 bytes
  Optional<String> instruction(int slot);

  /// All lines of C that instructions came from, each once, by file and number.
  List<SourceLine> lines();
}
