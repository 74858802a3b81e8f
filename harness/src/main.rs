//! The program `pgattest`.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(pgattest::cli::main() as u8)
}
