/* Starts Python out of this very file: an interpreter, to whose end an archive of modules is
 * added. Nothing is unpacked, and no process stands between: a signal reaches the command itself.
 *
 * /proc/self/exe is this file even when another has taken its place, as in an upgrade.
 */
#include <Python.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

int main(int argc, char **argv)
{
    PyPreConfig before;
    PyConfig config;
    PyStatus status;

    if (access(SELF, R_OK)) {
        fputs("clf-filters: " SELF " cannot be read; it needs /proc, and to be readable\n", stderr);
        return 1;
    }
    /* Nothing of PYTHON* acts. Names are UTF-8 in any locale, or kept byte for byte: the codecs of
     * some locales are not there. */
    PyPreConfig_InitPythonConfig(&before);
    before.isolated = 1;
    before.use_environment = 0;
    before.parse_argv = 0;
    before.utf8_mode = 1;
    status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);

    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.module_search_paths_set = 1;
    status = PyWideStringList_Append(&config.module_search_paths, L"" SELF);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(&config, &config.executable, L"" SELF);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(&config, &config.run_command, L"import _launch; _launch.main()");
    if (!PyStatus_Exception(status))
        status = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    return Py_RunMain();
}
