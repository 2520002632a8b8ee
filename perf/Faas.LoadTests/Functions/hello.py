print('Hello from FAAS!')
